/**
 * The one way in which a session gets a state: on creation, by transition, and by whatever moves sessions later.
 * Steps are judged by session.states.ts and the View cell alone; a lock does not stop them.
 */
import { FormKind } from '../forms/form.kinds.ts';
import { judgeByForm } from '../forms/form.rules.ts';
import type { Changes } from '../platform/data/writer.ts';
import { conflict, forbidden } from '../platform/graphql/errors.ts';
import { Session } from './session.entity.ts';
import { tellOfSubmission, tellSpeakers, tellTeam } from './session.news.ts';
import type { SessionParty } from './session.states.ts';
import { SessionState, judgeStep } from './session.states.ts';
import { publishSessionChange } from './session.topics.ts';

/** Gives a session a state. The first state but draft marks when it was submitted. */
export function giveState(session: Session, state: SessionState): void {
  session.state = state;
  if (state !== SessionState.DRAFT) session.submittedAt ??= new Date();
}

/** Whom a step is told to. */
export interface StepOptions {
  /** Whether those who speak in the session, and who submitted it, are told. */
  readonly notify: boolean;
}

/**
 * Takes a session to another state, and tells of it: see session.news.ts. Throws CONFLICT for a step that the state table gives nobody, FORBIDDEN for
 * somebody else's, or for a submission while the call for speakers is closed; BAD_USER_INPUT for a submission that lacks
 * what the form of the event requires. The present state again is no change.
 */
export async function transitionSession(
  changes: Changes,
  id: string,
  to: SessionState,
  { notify }: StepOptions,
): Promise<Session> {
  const session = await changes.take(Session, id, 'view');
  const subject = { resource: 'Session', id: session.id };
  const granted = await changes.grants(subject, 'team', 'staff', 'submitters', 'callIsOpen');
  const parties: SessionParty[] = [];
  if (granted.team || granted.staff) parties.push('team');
  if (granted.submitters) parties.push('submitters');
  const { state: from, enteredByTeam } = session;
  const step = judgeStep({ from, enteredByTeam, parties, isCallOpen: granted.callIsOpen }, to);
  if (step === 'present') return session;
  if (step === 'nobody') throw conflict(`Nobody takes a session from ${from} to ${to}`, { state: from });
  if (step === 'others') throw forbidden(`You may not take this session from ${from} to ${to}`);
  if (step === 'closed')
    throw forbidden('You can submit this session only while the call for speakers of the event is open');
  const before = await changes.snapshot('Session', session.id);
  if (from === SessionState.DRAFT && !parties.includes('team')) {
    await judgeByForm(changes, {
      form: FormKind.SESSION,
      eventId: session.event.id,
      row: session,
      input: {},
      asking: 'whole',
    });
  }
  giveState(session, to);
  session.version += 1;
  changes.record('TRANSITION', 'Session', session.id);
  await publishSessionChange(changes, 'UPDATED', session.id, session.event.id, before);
  if (from === SessionState.DRAFT && !parties.includes('team'))
    await tellOfSubmission(changes, session.id, session.event.id);
  else if (!parties.includes('team')) await tellTeam(changes, session.id, session.event.id);
  if (notify) await tellSpeakers(changes, session.id, to);
  return session;
}
