/**
 * The subscriptions of tasks: statuses, logs, and the work of a compute node. At subscribe the receive column of what is
 * listened at; per notice View of the row. Published by task.topics.ts.
 */
import {
  Arg,
  Field,
  ID,
  Int,
  ObjectType,
  Resolver,
  Root,
  Subscription,
  registerEnumType,
} from 'type-graphql';
import type { Context } from '../platform/graphql/context.ts';
import { forbidden, invalid } from '../platform/graphql/errors.ts';
import { RowReference } from '../platform/graphql/payload.ts';
import { DateTimeScalar } from '../platform/graphql/scalars.ts';
import type { Change } from '../platform/live/judge.ts';
import { placeOf, watching } from '../platform/live/watch.ts';
import type { Replayed, Watch } from '../platform/live/watch.ts';
import { Result } from './result.entity.ts';
import { Task } from './task.entity.ts';
import { TaskStatus } from './task.states.ts';
import type { LogPiece, StatusStep, Work } from './task.topics.ts';
import { collaborationTopic, logTopic, taskTopic, workTopic } from './task.topics.ts';

/** What a compute node is to do with a result. */
export enum WorkKind {
  START = 'START',
  CANCEL = 'CANCEL',
}
registerEnumType(WorkKind, { name: 'WorkKind', description: 'What a compute node is to do with a result.' });

/** A task, or one of its results, whose status changed. */
@ObjectType({ simpleResolvers: true, description: 'A task whose status changed, or one of its results.' })
export class TaskStatusNotice {
  @Field(() => Task)
  task!: RowReference;
  @Field(() => Result, {
    nullable: true,
    description: 'The result whose status changed; null where it is the task whose did.',
  })
  result!: RowReference | null;
  @Field(() => TaskStatus)
  status!: TaskStatus;
  @Field(() => TaskStatus, { nullable: true, description: 'Null for what is new.' })
  previousStatus!: TaskStatus | null;
  @Field(() => DateTimeScalar)
  at!: string;
}

/** Work for a compute node. */
@ObjectType({ simpleResolvers: true, description: 'A result to start, or to stop working on.' })
export class WorkNotice {
  @Field(() => WorkKind)
  kind!: WorkKind;
  @Field(() => Result)
  result!: RowReference;
  @Field(() => Int, { description: 'To be named in reports.' })
  attempt!: number;
}

/** A piece of a log. */
@ObjectType({ simpleResolvers: true, description: 'What was added to the log of a result.' })
export class ResultLogNotice {
  @Field(() => Result)
  result!: RowReference;
  @Field(() => String)
  text!: string;
  @Field(() => Int)
  attempt!: number;
  @Field(() => DateTimeScalar)
  at!: string;
}

/** Subscriptions of tasks. */
@Resolver()
export class TaskSubscriptions {
  @Subscription(() => TaskStatusNotice, {
    subscribe: watching(watchStatuses),
    description:
      'Task and result statuses as they change: of one task, or of all that the viewer may see in a collaboration (exactly one).',
  })
  taskStatusChanged(
    @Arg('taskId', () => ID, { nullable: true }) _taskId: string | null,
    @Arg('collaborationId', () => ID, { nullable: true }) _collaborationId: string | null,
    @Root() notice: TaskStatusNotice,
  ): TaskStatusNotice {
    return notice;
  }

  @Subscription(() => WorkNotice, {
    subscribe: watching(watchWork),
    description:
      'Work for the compute node that subscribes: results to start and to cancel; at the beginning, all that it has not acknowledged.',
  })
  workAssigned(@Root() notice: WorkNotice): WorkNotice {
    return notice;
  }

  @Subscription(() => ResultLogNotice, {
    subscribe: watching(watchLog),
    description: 'What is added to the log of a result.',
  })
  resultLogAppended(
    @Arg('resultId', () => ID) _resultId: string,
    @Root() notice: ResultLogNotice,
  ): ResultLogNotice {
    return notice;
  }
}

function watchStatuses({
  taskId = null,
  collaborationId = null,
}: {
  taskId?: string | null;
  collaborationId?: string | null;
}): Watch {
  if ((taskId === null) === (collaborationId === null))
    throw invalid('give exactly one of taskId and collaborationId', 'taskId');
  const place =
    taskId === null
      ? placeOf('Collaboration', collaborationId!, 'collaborationId')
      : placeOf('Task', taskId, 'taskId');
  const topic = taskId === null ? collaborationTopic(place.id) : taskTopic(place.id);
  return { topic, place: { ...place, action: 'receive' }, message: statusNotice };
}

function statusNotice({ resource, id, data, at }: Change): TaskStatusNotice {
  const steps = data as readonly StatusStep[];
  // Where several steps became one message, it leads from before the first to after the last.
  const { taskId, status } = steps.at(-1)!;
  const result = resource === 'Result' ? new RowReference('Result', id) : null;
  return {
    task: new RowReference('Task', taskId),
    result,
    status,
    previousStatus: steps[0].previousStatus,
    at: at.toISOString(),
  };
}

function watchWork(_args: unknown, { viewer }: Context): Watch {
  if (viewer.kind !== 'computeNode' || !viewer.machine) throw forbidden('Only compute nodes are given work');
  const { computeNodeId, organizationId, collaborationId } = viewer.machine;
  return {
    topic: workTopic(computeNodeId),
    message: workNotice,
    replay: ({ write }) =>
      write.database.query<Replayed & Record<string, unknown>>(
        `SELECT 'Result' AS resource, r.id, jsonb_build_object('kind', CASE r.status WHEN 'CANCELED' THEN 'CANCEL' ELSE 'START' END, 'attempt', r.attempt) AS data
         FROM results r JOIN tasks t ON t.id = r.task_id
         WHERE r.organization_id = $1 AND t.collaboration_id = $2
           AND (r.status = ANY($3::text[]) OR (r.status = 'CANCELED' AND r.cancel_acknowledged_at IS NULL)) ORDER BY r.id`,
        [organizationId, collaborationId, [TaskStatus.PENDING, TaskStatus.INITIALIZING]],
      ),
  };
}

function workNotice({ id, data }: Change): WorkNotice {
  const { kind, attempt } = data.at(-1) as Work;
  return { kind: WorkKind[kind], result: new RowReference('Result', id), attempt };
}

function watchLog({ resultId }: { resultId: string }): Watch {
  const place = placeOf('Result', resultId, 'resultId');
  return { topic: logTopic(place.id), place: { ...place, action: 'receive' }, message: logNotice };
}

function logNotice({ id, data, at }: Change): ResultLogNotice {
  const pieces = data as readonly LogPiece[];
  return {
    result: new RowReference('Result', id),
    text: pieces.map(({ text }) => text).join(''),
    attempt: pieces.at(-1)!.attempt,
    at: at.toISOString(),
  };
}
