/** The slice of sessions. */
import type { Slice } from '../platform/slice.ts';
import { SessionSpeaker } from './session-speaker.entity.ts';
import { Session } from './session.entity.ts';
import { sessionPermissions } from './session.permissions.ts';

/** Sessions. */
export const sessionSlice: Slice = { entities: [Session, SessionSpeaker], permissions: [sessionPermissions] };
