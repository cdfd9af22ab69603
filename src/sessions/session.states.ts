/**
 * The session state machine: the table "Sessions, from / may set" of the permission tables, as data. One service
 * asks it for create, transition, import and the jobs to come.
 */

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
export const transitions: Readonly<Record<SessionState, Readonly<Record<SessionParty, readonly SessionState[]>>>> = {
  DRAFT: { team: [PENDING], submitters: [PENDING] },
  PENDING: { team: [ACCEPTED, CONFIRMED, REJECTED, WITHDRAWN], submitters: [WITHDRAWN] },
  ACCEPTED: { team: [PENDING, CONFIRMED, REJECTED, CANCELED, WITHDRAWN], submitters: [WITHDRAWN, CONFIRMED] },
  CONFIRMED: { team: [PENDING, ACCEPTED, REJECTED, CANCELED, WITHDRAWN], submitters: [WITHDRAWN] },
  REJECTED: { team: [PENDING, ACCEPTED, CONFIRMED, WITHDRAWN], submitters: [WITHDRAWN] },
  CANCELED: { team: [PENDING, ACCEPTED, CONFIRMED, REJECTED, WITHDRAWN], submitters: [WITHDRAWN] },
  WITHDRAWN: { team: [PENDING, ACCEPTED, REJECTED, CANCELED], submitters: [] },
};

/** The states that a party may give a session in this state. */
export function maySet(party: SessionParty, from: SessionState, enteredByTeam: boolean): readonly SessionState[] {
  if (party === 'team' && from === DRAFT && !enteredByTeam) return [];
  return transitions[from][party];
}

/** `Session.possibleStates`: computed from the loaded row and the grants that the viewer has on it. */
export function possibleStates(row: Record<string, unknown>): SessionState[] {
  const from = row.state as SessionState;
  const enteredByTeam = row.enteredByTeam === true;
  const possible = new Set<SessionState>();
  if (row['?team'] === true || row['?staff'] === true) maySet('team', from, enteredByTeam).forEach((to) => possible.add(to));
  if (row['?submitters'] === true) maySet('submitters', from, enteredByTeam).forEach((to) => possible.add(to));
  return [...possible];
}
