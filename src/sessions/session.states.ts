/**
 * The session state machine: the table "Sessions, from / may set" of the permission tables, as data. One service
 * asks it for create, transition, import and the jobs to come.
 */
import type { StepTable } from '../permissions/table.ts';

/** Where a session stands between draft and stage. */
export enum SessionState {
  DRAFT = 'DRAFT',
  PENDING = 'PENDING',
  ACCEPTED = 'ACCEPTED',
  CONFIRMED = 'CONFIRMED',
  REJECTED = 'REJECTED',
  CANCELED = 'CANCELED',
  WITHDRAWN = 'WITHDRAWN',
}

const { DRAFT, PENDING, ACCEPTED, CONFIRMED, REJECTED, CANCELED, WITHDRAWN } = SessionState;

/** Who may take a step: team and staff, or the creator and the speakers of the session. */
export type SessionParty = 'team' | 'submitters';

/** The steps of the state table. Team's draft → pending is for drafts entered as team or staff only: see `maySet`. */
export const transitions: Readonly<
  Record<SessionState, Readonly<Record<SessionParty, readonly SessionState[]>>>
> = {
  DRAFT: { team: [PENDING], submitters: [PENDING] },
  PENDING: { team: [ACCEPTED, CONFIRMED, REJECTED, WITHDRAWN], submitters: [WITHDRAWN] },
  ACCEPTED: { team: [PENDING, CONFIRMED, REJECTED, CANCELED, WITHDRAWN], submitters: [WITHDRAWN, CONFIRMED] },
  CONFIRMED: { team: [PENDING, ACCEPTED, REJECTED, CANCELED, WITHDRAWN], submitters: [WITHDRAWN] },
  REJECTED: { team: [PENDING, ACCEPTED, CONFIRMED, WITHDRAWN], submitters: [WITHDRAWN] },
  CANCELED: { team: [PENDING, ACCEPTED, CONFIRMED, REJECTED, WITHDRAWN], submitters: [WITHDRAWN] },
  WITHDRAWN: { team: [PENDING, ACCEPTED, REJECTED, CANCELED], submitters: [] },
};

/** The state table, as it is told with the permission table. */
export const sessionSteps: StepTable = {
  parties: ['team and staff may set', 'creator, its speakers may set'],
  next: Object.entries(transitions).map(([from, { team, submitters }]) => [from, team, submitters]),
};

/** The states that a party may give a session in this state. */
export function maySet(
  party: SessionParty,
  from: SessionState,
  enteredByTeam: boolean,
): readonly SessionState[] {
  if (party === 'team' && from === DRAFT && !enteredByTeam) return [];
  return transitions[from][party];
}

/** What a step is judged by: where the session stands, who asks, and whether the call for speakers is open (note 5). */
export interface StepFacts {
  readonly from: SessionState;
  readonly enteredByTeam: boolean;
  readonly parties: readonly SessionParty[];
  readonly isCallOpen: boolean;
}

/**
 * What becomes of a wish to give a session a state: `present` is no change, `nobody` a step that the table gives no
 * one, `others` a step of somebody else's, `closed` a submission after the call for speakers.
 */
export type Step = 'allowed' | 'present' | 'nobody' | 'others' | 'closed';

/** Judges one step for the parties that the viewer is of. Whoever is of none may take no step at all. */
export function judgeStep({ from, enteredByTeam, parties, isCallOpen }: StepFacts, to: SessionState): Step {
  if (parties.length === 0) return 'others';
  if (from === to) return 'present';
  if (!Object.values(transitions[from]).some((states) => states.includes(to))) return 'nobody';
  const able = parties.filter((party) => maySet(party, from, enteredByTeam).includes(to));
  if (able.length === 0) return 'others';
  // Note 5 binds those who submit; no row of team or staff asks for an open call.
  return from === DRAFT && to === PENDING && !isCallOpen && !able.includes('team') ? 'closed' : 'allowed';
}

/** `Session.possibleStates`: computed from the loaded row and the grants that the viewer has on it. */
export function possibleStates(row: Record<string, unknown>): SessionState[] {
  const parties: SessionParty[] = [];
  if (row['?team'] === true || row['?staff'] === true) parties.push('team');
  if (row['?submitters'] === true) parties.push('submitters');
  const facts = {
    from: row.state as SessionState,
    enteredByTeam: row.enteredByTeam === true,
    parties,
    isCallOpen: row['?callIsOpen'] === true,
  };
  return Object.values(SessionState).filter((to) => judgeStep(facts, to) === 'allowed');
}
