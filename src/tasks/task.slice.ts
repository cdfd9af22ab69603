/** The slice of tasks: tasks, their results, and the ports of these. */
import { byCell, forEveryone } from '../permissions/operations.ts';
import type { Slice } from '../platform/slice.ts';
import { AlgorithmPort } from './algorithm-port.entity.ts';
import { Payload } from './payload.entity.ts';
import { Result } from './result.entity.ts';
import { ResultResolver } from './result.resolver.ts';
import { TaskAncestor } from './task-ancestor.entity.ts';
import { Task } from './task.entity.ts';
import { algorithmPortPermissions, resultPermissions, taskPermissions } from './task.permissions.ts';
import { leasesJob, retentionJob } from './task.jobs.ts';
import { TaskSubscriptions } from './task.live.ts';
import { TaskResolver } from './task.resolver.ts';

/** Tasks. */
export const taskSlice: Slice = {
  entities: [Task, TaskAncestor, Result, AlgorithmPort, Payload],
  permissions: [taskPermissions, resultPermissions, algorithmPortPermissions],
  resolvers: [TaskResolver, ResultResolver, TaskSubscriptions],
  schedules: [
    { job: leasesJob, everyMinutes: 1 },
    { job: retentionJob, everyMinutes: 60 },
  ],
  operations: {
    Query: { tasks: forEveryone, task: forEveryone, result: forEveryone },
    Mutation: {
      createTask: byCell('Task', 'create'),
      cancelTask: byCell('Task', 'send'),
      deleteTask: byCell('Task', 'delete'),
      startResult: byCell('Result', 'update'),
      reportResult: byCell('Result', 'update'),
      appendResultLog: byCell('Result', 'update'),
      createContainerToken: byCell('Result', 'update'),
      acknowledgeCancel: byCell('Result', 'update'),
      createAlgorithmPort: byCell('AlgorithmPort', 'create'),
      deleteAlgorithmPort: byCell('AlgorithmPort', 'delete'),
    },
    Subscription: {
      taskStatusChanged: byCell('Task', 'receive'),
      workAssigned: byCell('Result', 'receive'),
      resultLogAppended: byCell('Result', 'receive'),
    },
  },
};
