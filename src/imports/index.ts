/** What the rest of the server uses of imports: the reader of Open Event exports, its account, and the writer. */
export { importEvent } from './import.service.ts';
export type { ImportOrder, ImportResult } from './import.service.ts';
export { keepPictures } from './import.pictures.ts';
export type { KeptPictures } from './import.pictures.ts';
export { ImportError, formatPath } from './import-error.ts';
export type { ImportErrorCode, ImportPath } from './import-error.ts';
export { readOpenEvent, readOpenEventZip } from './open-event.reader.ts';
export type { OpenEventImport } from './open-event.reader.ts';
export type {
  OpenEventCall,
  OpenEventCopyright,
  OpenEventEvent,
  OpenEventFaq,
  OpenEventFormField,
  OpenEventRoom,
  OpenEventSession,
  OpenEventSessionType,
  OpenEventSocialLink,
  OpenEventSpeaker,
  OpenEventSponsor,
  OpenEventTrack,
} from './open-event.types.ts';
export type { OpenEventLink } from './open-event.links.ts';
export { openOpenEventZip, zipLimits } from './open-event.zip.ts';
export type { OpenEventArchive, ZipLimits } from './open-event.zip.ts';
export { formatSummary } from './summary.ts';
export type { ImportCount, ImportKind, ImportNote, ImportSummary } from './summary.ts';
