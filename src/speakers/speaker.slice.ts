/** The slice of speakers. */
import type { Slice } from '../platform/slice.ts';
import { Speaker } from './speaker.entity.ts';
import { speakerPermissions } from './speaker.permissions.ts';

/** Speakers. */
export const speakerSlice: Slice = { entities: [Speaker], permissions: [speakerPermissions] };
