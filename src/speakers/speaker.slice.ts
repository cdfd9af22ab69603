/** The slice of speakers. */
import { byCell, forEveryone, forStaff } from '../permissions/operations.ts';
import type { Slice } from '../platform/slice.ts';
import { Speaker } from './speaker.entity.ts';
import { speakerPermissions } from './speaker.permissions.ts';
import { SpeakerResolver } from './speaker.resolver.ts';

/** Speakers. */
export const speakerSlice: Slice = {
  entities: [Speaker],
  permissions: [speakerPermissions],
  resolvers: [SpeakerResolver],
  operations: {
    Query: { speaker: forEveryone },
    Mutation: {
      createSpeaker: byCell('Speaker', 'create'),
      updateSpeaker: byCell('Speaker', 'update'),
      deleteSpeaker: byCell('Speaker', 'delete'),
      restoreSpeaker: forStaff,
      reorderSpeakers: byCell('Speaker', 'update'),
    },
  },
};
