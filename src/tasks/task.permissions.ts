/** The permission tables of tasks, results and ports. */
import {
  all,
  any,
  isNull,
  isOfMachine,
  isViewer,
  isVisible,
  some,
  via,
  viewerIs,
} from '../permissions/condition.ts';
import type { Condition } from '../permissions/condition.ts';
import type { Belonging } from '../permissions/scope.ts';
import { holders, isInReach, scopeNotes } from '../permissions/scope.ts';
import { computeNode, container, permissionTable, registered, staff } from '../permissions/table.ts';
import { resultSteps } from './task.states.ts';

const ofTask: Belonging = {
  own: isViewer('creator'),
  organization: (held) => via('initiator', held),
  collaboration: (where) => via('collaboration', where),
};
const ofResult: Belonging = {
  own: via('task', isViewer('creator')),
  organization: (held) => any(via('organization', held), via('task', via('initiator', held))),
  collaboration: (where) => via('task', via('collaboration', where)),
};
const ofPort: Belonging = {
  organization: (held) => via('result', ofResult.organization(held, held)),
  collaboration: (where) => via('result', ofResult.collaboration(where)),
};

const isLabRun = isNull('collaboration');
const isOwnLabRun = all(isLabRun, isViewer('creator'));
/** Addressed to the organization of the compute node, in the collaboration of both. */
const isAddressed = all(
  isOfMachine('organization', 'organizationId'),
  via('task', isOfMachine('collaboration', 'collaborationId')),
);
const isAddressedTask = all(
  isOfMachine('collaboration', 'collaborationId'),
  some('results', isOfMachine('organization', 'organizationId')),
);
/** The task of the container, or one that comes from it. */
const comesFromTask = some('ancestors', isOfMachine('id', 'taskId'));
const isTaskOfContainer = isOfMachine('id', 'taskId');
/** A result of the parent of the container's task, or of a task with the same parent. */
const isNearContainer: Condition = via(
  'task',
  any(some('children', isTaskOfContainer), via('parent', some('children', isTaskOfContainer))),
);

const creator = { ...registered, name: 'creator of the task' };
const lab = 'of a run of the lab';

/** Tasks. Whom a subtask belongs to is decided by the one that it comes from. */
export const taskPermissions = permissionTable({
  resource: 'Task',
  exists: all(),
  notes: {
    ...scopeNotes(ofTask),
    creator: { text: 'the viewer created it', holds: isViewer('creator') },
    ownRun: { text: `${lab} that the viewer started`, holds: isOwnLabRun },
    run: { text: lab, holds: isLabRun },
    addressed: {
      text: 'with a result addressed to its organization, in its collaboration',
      holds: isAddressedTask,
    },
    descendant: { text: 'its task, or one that comes from it', holds: comesFromTask },
    child: { text: 'a subtask of its task', holds: via('parent', isTaskOfContainer) },
  },
  rows: [
    ...holders('task', { live: ['RECEIVE', 'SEND'] }),
    { actor: creator, list: ['ownRun'], view: ['ownRun'], receive: ['creator'], send: ['creator'] },
    { actor: staff, list: ['run'], view: ['run'], receive: ['run'] },
    { actor: computeNode, list: ['addressed'], view: ['addressed'] },
    { actor: container, list: ['descendant'], view: ['descendant'], create: ['child'] },
  ],
  remarks: [
    'Who creates a task belongs to an organization of the collaboration, the initiator, even with a rule at global scope; each organization that is to run it has a compute node there.',
    "A subtask has the image of its task exactly, and its collaboration, creator and initiator. A container's rights end with the result of its own compute node.",
    'Cancelling reaches all that comes from a task.',
  ],
  grants: {},
  open: [
    'id',
    'createdAt',
    'updatedAt',
    'viewerCan',
    'name',
    'description',
    'image',
    'databases',
    'jobId',
    'status',
    'finishedAt',
    'collaboration',
    'initiator',
    'creator',
    'parent',
    'results',
    'children',
  ],
  guarded: {},
});

/** Results. What a compute node makes of one is held to the table of their states (task.states.ts). */
export const resultPermissions = permissionTable({
  resource: 'Result',
  exists: all(),
  notes: {
    ...scopeNotes(ofResult),
    creator: { text: 'of a task that the viewer created', holds: via('task', isViewer('creator')) },
    ownRun: { text: `${lab} that the viewer started`, holds: via('task', isOwnLabRun) },
    run: { text: lab, holds: via('task', isLabRun) },
    addressed: { text: 'addressed to its organization, in its collaboration', holds: isAddressed },
    descendant: { text: 'of its task, or of one that comes from it', holds: via('task', comesFromTask) },
  },
  rows: [
    ...holders('result', { live: ['RECEIVE'] }),
    { actor: creator, list: ['ownRun'], view: ['ownRun'], receive: ['creator'] },
    { actor: staff, list: ['run'], view: ['run'], receive: ['run'] },
    {
      actor: computeNode,
      list: ['addressed'],
      view: ['addressed'],
      update: ['addressed'],
      receive: ['addressed'],
    },
    { actor: container, list: ['descendant'], view: ['descendant'] },
  ],
  steps: resultSteps,
  remarks: [
    'The present status again is no step: it adds result and log while it is not the last, and changes nothing after that. Any other step is a CONFLICT, and so is the report of an earlier attempt.',
    'The server makes a result PENDING again, with one attempt more, when its lease ends and retries are left; UNKNOWN_ERROR when none are left, or at its deadline; CANCELED when its task is canceled.',
  ],
  grants: {
    watchers: {
      text: 'who may view its compute node',
      holds: any(isNull('computeNode'), via('computeNode', isVisible('ComputeNode'))),
    },
  },
  open: [
    'id',
    'createdAt',
    'updatedAt',
    'viewerCan',
    'task',
    'organization',
    'computeNode',
    'status',
    'attempt',
    'input',
    'inputUrl',
    'result',
    'resultUrl',
    'log',
    'assignedAt',
    'startedAt',
    'finishedAt',
    'canceledAt',
    'cancelAcknowledgedAt',
    'deadlineAt',
    'ports',
  ],
  guarded: { waitingFor: { read: ['watchers'], write: [] } },
});

/** Ports. Containers reach one another by them, and learn no more of tasks that are not theirs. */
export const algorithmPortPermissions = permissionTable({
  resource: 'AlgorithmPort',
  exists: all(),
  notes: {
    ...scopeNotes(ofPort),
    addressed: {
      text: 'of a result addressed to its organization, in its collaboration',
      holds: via('result', isAddressed),
    },
    descendant: {
      text: 'of its task, or of one that comes from it',
      holds: via('result', via('task', comesFromTask)),
    },
    near: {
      text: "of its task's parent, or of a task with the same parent",
      holds: via('result', isNearContainer),
    },
  },
  rows: [
    ...holders('port'),
    {
      actor: computeNode,
      list: ['addressed'],
      view: ['addressed'],
      create: ['addressed'],
      delete: ['addressed'],
    },
    { actor: container, list: ['descendant'], view: ['descendant'] },
    { actor: { ...container, name: 'container, of its relatives' }, list: ['near'], view: ['near'] },
  ],
  grants: {
    holders: { text: 'holders of port:view', holds: isInReach('port', 'VIEW', ofPort) },
    machines: {
      text: 'the compute node, and containers of the task or of what it comes from',
      holds: any(
        all(viewerIs('computeNode'), via('result', isAddressed)),
        all(viewerIs('container'), via('result', via('task', comesFromTask))),
      ),
    },
  },
  open: ['id', 'createdAt', 'updatedAt', 'viewerCan', 'label', 'address'],
  guarded: {
    port: { read: ['holders', 'machines'] },
    result: { read: ['holders', 'machines'] },
  },
});
