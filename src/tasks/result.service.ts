/**
 * What compute nodes say of results: started, reported, logged, stopped. Each step is held to the table of states on the
 * locked row (compare and set), and to the attempt that it speaks of: whoever was given up cannot come back.
 */
import { PublicError, conflict } from '../platform/graphql/errors.ts';
import type { Changes } from '../platform/data/writer.ts';
import { encodeId, uuidOfArgument } from '../platform/graphql/node.ts';
import { cleanInput } from '../platform/inputs.ts';
import { givenContent } from './content.ts';
import { AlgorithmPort } from './algorithm-port.entity.ts';
import { Payload } from './payload.entity.ts';
import { Result } from './result.entity.ts';
import type { CreateAlgorithmPortInput, ReportResultInput } from './task.inputs.ts';
import type { TaskSettings } from './task.settings.ts';
import { TaskStatus, isFinal, mayReport } from './task.states.ts';
import { tellLog, telling } from './task.topics.ts';

/** What is set about leases. */
type Lease = Pick<TaskSettings, 'leaseSeconds'>;

/** The most characters of the log of a result. */
const longestLog = 1_000_000;

/** Starts a result: it is ACTIVE from now on. Once more by the same attempt is the same answer. */
export async function startResult(changes: Changes, settings: Lease, id: string): Promise<Result> {
  const result = await changes.take(Result, id, 'update');
  if (result.status !== TaskStatus.ACTIVE) await step(changes, result, TaskStatus.ACTIVE);
  await renewLease(changes, settings, result);
  return result;
}

/** Takes a report: a step, what there is of the result, and more log. What is not said stays as it is. */
export async function reportResult(
  changes: Changes,
  settings: Lease,
  id: string,
  input: ReportResultInput,
): Promise<Result> {
  const result = await changes.take(Result, id, 'update');
  assertPresentAttempt(result, input.attempt);
  if (input.status === result.status && isFinal(result.status)) return result;
  if (input.status !== result.status && !mayReport(result.status, input.status))
    throw refusedStep(result.status, input.status);
  const [collaboration] = await changes.query(
    'SELECT c.encrypted FROM tasks t JOIN collaborations c ON c.id = t.collaboration_id WHERE t.id = $1',
    [result.task.id],
  );
  const given = await givenContent(changes, input, {
    path: ['input'],
    key: 'result',
    isEncrypted: collaboration?.encrypted === true,
    isNeeded: false,
  });
  if (given) {
    // There is one result: what was reported before, in part, gives way to it.
    result.result = given.text;
    result.resultPayload =
      given.payloadId === null ? null : changes.em.getReference(Payload, given.payloadId);
  }
  if (input.log) await addLog(changes, result, input.log);
  if (input.status !== result.status) await step(changes, result, input.status);
  await renewLease(changes, settings, result);
  return result;
}

/** Adds to the log of a result that is not final, or that was canceled: what it said until it stopped. */
export async function appendResultLog(
  changes: Changes,
  settings: Lease,
  id: string,
  text: string,
  attempt: number | null,
): Promise<void> {
  const result = await changes.take(Result, id, 'update');
  assertPresentAttempt(result, attempt);
  if (isFinal(result.status) && result.status !== TaskStatus.CANCELED)
    throw conflict(`The result is ${result.status}: its log is closed`);
  await addLog(changes, result, text);
  await renewLease(changes, settings, result);
}

/** Keeps that the compute node has stopped working on a result that was canceled. Once more changes nothing. */
export async function acknowledgeCancel(changes: Changes, id: string): Promise<Result> {
  const result = await changes.take(Result, id, 'update');
  if (result.status !== TaskStatus.CANCELED)
    throw conflict(`The result is ${result.status}: there is nothing to acknowledge`);
  result.cancelAcknowledgedAt ??= new Date();
  await changes.em.flush();
  return result;
}

/** Keeps where the container of a result can be reached. Throws CONFLICT for a port that is taken, or a result that is final. */
export async function createAlgorithmPort(
  changes: Changes,
  input: CreateAlgorithmPortInput,
): Promise<AlgorithmPort> {
  const resultId = uuidOfArgument('Result', input.resultId, 'input', 'resultId');
  await changes.authorize('view', { resource: 'Result', id: resultId });
  await changes.authorize('create', { resource: 'AlgorithmPort', values: { result: resultId } });
  const host = input.host.trim();
  const { label = null } = cleanInput(AlgorithmPort, input, {
    check: ({ port: given }, problems) => {
      if (!Number.isInteger(given) || given < 1 || given > 65_535)
        problems.add('port', 'is a number from 1 to 65535');
      const isHost = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$|^[\da-f:.]{2,45}$/i.test(host);
      if (!isHost) problems.add('host', 'is the name or the address of a host');
    },
  });
  const result = await changes.take(Result, encodeId('Result', resultId), 'update');
  if (isFinal(result.status)) throw conflict('The result is final: nothing listens there any more');
  const [taken] = await changes.query('SELECT id FROM algorithm_ports WHERE result_id = $1 AND port = $2', [
    resultId,
    input.port,
  ]);
  if (taken) throw conflict('This port of the result is known already', { field: 'port' });
  const address = host.includes(':') ? `[${host}]:${input.port}` : `${host}:${input.port}`;
  const port = changes.em.create(AlgorithmPort, { result, port: input.port, label, address } as never, {
    partial: true,
  });
  await changes.em.persist(port).flush();
  return port;
}

/** Forgets a port. */
export async function deleteAlgorithmPort(changes: Changes, id: string): Promise<AlgorithmPort> {
  const port = await changes.take(AlgorithmPort, id, 'delete');
  await changes.em.remove(port).flush();
  return port;
}

/** One step of the table of states, with the times that belong to it. */
function step(changes: Changes, result: Result, to: TaskStatus): Promise<void> {
  if (!mayReport(result.status, to)) throw refusedStep(result.status, to);
  return telling(changes, [result.id], async () => {
    await giveStatus(changes, result, to);
    await changes.em.flush();
  });
}

async function giveStatus(changes: Changes, result: Result, to: TaskStatus): Promise<void> {
  result.status = to;
  if (to === TaskStatus.ACTIVE) result.startedAt = new Date();
  if (to === TaskStatus.CANCELED) result.canceledAt = result.cancelAcknowledgedAt = new Date();
  if (isFinal(to)) {
    result.finishedAt = new Date();
    result.leaseUntil = null;
    await changes.query('DELETE FROM algorithm_ports WHERE result_id = $1', [result.id]);
  }
}

function refusedStep(from: TaskStatus, to: TaskStatus): PublicError {
  return conflict(`A result that is ${from} cannot become ${to}`, { status: from });
}

function assertPresentAttempt({ attempt: present }: Result, attempt: number | null | undefined): void {
  if (attempt === null || attempt === undefined || attempt === present) return;
  throw conflict(
    `The result is at attempt ${present}, not ${attempt}: its compute node was given up in between`,
    { attempt: present },
  );
}

async function addLog(changes: Changes, result: Result, text: string): Promise<void> {
  const log = (result.log ?? '') + text;
  if (log.length > longestLog)
    throw new PublicError('LIMIT_EXCEEDED', `The log of a result has at most ${longestLog} characters`);
  result.log = log;
  await changes.em.flush();
  await tellLog(changes, result.id, { text, attempt: result.attempt });
}

/**
 * Each sign of life for a result that is worked on renews the lease; the first report begins it. From then on signs of life
 * of the same sign-in renew it too (compute-nodes/presence.ts), not those of a process that was started in place of it.
 */
async function renewLease(changes: Changes, { leaseSeconds }: Lease, result: Result): Promise<void> {
  if (isFinal(result.status)) return changes.em.flush();
  result.heldBy = changes.viewer.tokenFamilyId;
  result.leaseUntil = new Date(Date.now() + leaseSeconds * 1000);
  await changes.em.flush();
}
