/** The root fields of the lab, and the picture of what was captured. */
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { Context } from '../platform/graphql/context.ts';
import { uuidOf } from '../platform/graphql/node.ts';
import { payload } from '../platform/graphql/payload.ts';
import { countStart } from '../platform/jobs/starts.ts';
import { TaskPayload } from '../tasks/task.inputs.ts';
import { functionsOf } from './instrument.ts';
import { runJob, runLabFunction, theInstrument } from './lab.service.ts';
import { Lab, shown } from './lab.types.ts';
import { traceOf, traceSvg } from './trace.svg.ts';

/** The query and the mutation of the lab. */
@Resolver(() => Lab)
export class LabResolver {
  @Query(() => Lab)
  lab(): Omit<Lab, 'trace'> {
    const instrument = theInstrument();
    return { instrument: instrument.name, functions: [...functionsOf(instrument).values()].map(shown) };
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'What a run captured, as a picture (SVG); null where it captured nothing, or is not for the viewer to see.',
  })
  async trace(@Arg('taskId', () => ID) taskId: string, @Ctx() { write }: Context): Promise<string | null> {
    const uuid = uuidOf('Task', taskId, 'taskId');
    if (uuid === null || !(await write.decide('view', { resource: 'Task', id: uuid })).allowed) return null;
    const [found] = await write.reads.query<{ id: string; result: string | null }>(
      'SELECT r.id, r.result FROM results r JOIN tasks t ON t.id = r.task_id WHERE t.id = $1 AND t.collaboration_id IS NULL',
      [uuid],
    );
    if (!found || !(await write.decide('view', { resource: 'Result', id: found.id })).allowed) return null;
    const trace = traceOf(found.result);
    return trace && traceSvg(trace);
  }

  @Mutation(() => TaskPayload, {
    description:
      "Calls a function of the instrument, such as get_voltage('A1'), with literal arguments alone. The result is JSON, or plain text.",
  })
  async runLabFunction(
    @Arg('expression', () => String) expression: string,
    @Arg('stringify', () => Boolean, { nullable: true, defaultValue: false }) stringify: boolean | null,
    @Ctx() context: Context,
  ) {
    await countStart(context, runJob);
    return context.write.transaction(async (changes) =>
      payload('task', 'Task', (await runLabFunction(changes, expression, stringify === true)).id),
    );
  }
}
