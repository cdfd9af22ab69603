/** The slice of sessions. */
import { byCell, forEveryone, forStaff } from '../permissions/operations.ts';
import type { JobDefinition } from '../platform/jobs/job.ts';
import type { Slice } from '../platform/slice.ts';
import { CanceledSession, MovedSession } from './schedule-change.entity.ts';
import { SessionPerson } from './session-person.entity.ts';
import { SessionSpeaker } from './session-speaker.entity.ts';
import { Session } from './session.entity.ts';
import { closeSessionsJob } from './session.jobs.ts';
import { SessionSubscriptions } from './session.live.ts';
import { sessionMoved, tellMovesJob } from './session.moves.ts';
import { sessionNews } from './session.news.ts';
import { SessionOverlaps } from './session.overlaps.ts';
import { sessionPermissions } from './session.permissions.ts';
import { SessionResolver } from './session.resolver.ts';

/** Sessions. */
export const sessionSlice: Slice = {
  entities: [Session, SessionSpeaker, SessionPerson, CanceledSession, MovedSession],
  permissions: [sessionPermissions],
  resolvers: [SessionResolver, SessionOverlaps, SessionSubscriptions],
  operations: {
    Query: { session: forEveryone },
    Mutation: {
      createSession: byCell('Session', 'create'),
      updateSession: byCell('Session', 'update'),
      // Any step asks for the View cell; whose step it is, the table of states says.
      transitionSession: byCell('Session', 'view'),
      bulkTransitionSessions: byCell('Session', 'view'),
      reorderSessions: byCell('Session', 'update'),
      lockSession: byCell('Session', 'lock'),
      deleteSession: byCell('Session', 'delete'),
      restoreSession: forStaff,
    },
    Subscription: { sessionChanged: forEveryone },
  },
  notifications: [...sessionNews, sessionMoved],
  schedules: [
    { job: closeSessionsJob as JobDefinition, everyMinutes: 60 },
    { job: tellMovesJob as JobDefinition, everyMinutes: 1 },
  ],
};
