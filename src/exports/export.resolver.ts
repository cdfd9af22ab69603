/** The mutation that starts an export. */
import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import { Event } from '../events/event.entity.ts';
import { JobPayload } from '../jobs/job.resolver.ts';
import type { Context } from '../platform/graphql/context.ts';
import { payload } from '../platform/graphql/payload.ts';
import { countStart } from '../platform/jobs/starts.ts';
import { ExportFormat } from './export.formats.ts';
import { exportJobKind } from './export.job.ts';

/** Mutations of exports. */
@Resolver()
export class ExportResolver {
  @Mutation(() => JobPayload, {
    description:
      'Writes an event into a file, with what the viewer may see of it. The job has its address when it is done, for three days.',
  })
  async exportEvent(
    @Arg('id', () => ID) id: string,
    @Arg('format', () => ExportFormat, { nullable: true, defaultValue: ExportFormat.OPEN_EVENT_ZIP })
    format: ExportFormat | null,
    @Ctx() context: Context,
  ) {
    await countStart(context, exportJobKind);
    return context.write.transaction(async (changes) => {
      const { id: eventId, identifier } = await changes.take(Event, id, 'update');
      changes.record('EXPORT', 'Event', eventId);
      return payload(
        'job',
        'Job',
        await changes.enqueue(exportJobKind, {
          eventId,
          identifier,
          format: format ?? ExportFormat.OPEN_EVENT_ZIP,
        }),
      );
    });
  }
}
