/**
 * What an Open Event file becomes: plain rows whose ids and references are the file's own.
 * The schemas decide whether a row is fit to be taken; the writer reads the types.
 */
import { z } from 'zod';
import { FormFieldType, FormKind } from '../forms/form.kinds.ts';

const sourceId = z.string().min(1);
const text = z.string().min(1).nullable();
const url = z.url({ protocol: /^https?$/ }).nullable();
/** A link, or the place of a picture inside the zip (open-event.values.ts). */
const picture = z.union([z.url({ protocol: /^https?$/ }), z.string().startsWith('zip:')]).nullable();
const instant = z.date().nullable();
const position = z.number().int();
/** Answers to the custom fields of the form, by identifier. */
const answers = z.record(z.string(), z.unknown());

/** A call for speakers as far as files tell: whether it is open follows from the dates. */
export const openEventCall = z.strictObject({
  startsAt: z.date(),
  endsAt: z.date(),
  softEndsAt: instant,
  /** Rich text. */
  announcement: text,
  privacy: z.enum(['PUBLIC', 'PRIVATE']),
  isEnabled: z.boolean(),
});

/** Who holds the rights to what is shown at the event. */
export const openEventCopyright = z.strictObject({
  holder: z.string().min(1),
  holderUrl: url,
  licence: text,
  licenceUrl: url,
  logoUrl: picture,
  year: z.number().int().nullable(),
});

/** The event itself. Its state is left to the importer. */
export const openEventEvent = z.strictObject({
  /** What tells a second import of the same event: the file's identifier, or its id; null when it has neither. */
  sourceIdentifier: sourceId.nullable(),
  name: z.string().min(1),
  /** Rich text. */
  description: text,
  startsAt: z.date(),
  endsAt: z.date(),
  /** An IANA zone that Intl knows. */
  timezone: z.string(),
  locationName: text,
  searchableLocationName: text,
  latitude: z.number().min(-90).max(90).nullable(),
  longitude: z.number().min(-180).max(180).nullable(),
  online: z.boolean(),
  privacy: z.enum(['PUBLIC', 'PRIVATE']),
  logoUrl: picture,
  originalImageUrl: picture,
  thumbnailImageUrl: url,
  largeImageUrl: url,
  iconImageUrl: url,
  externalEventUrl: url,
  ticketUrl: url,
  ownerName: text,
  /** Rich text, as is the code of conduct. */
  ownerDescription: text,
  codeOfConduct: text,
  schedulePublishedAt: instant,
  isSessionsSpeakersEnabled: z.boolean(),
  callForSpeakers: openEventCall.nullable(),
  copyright: openEventCopyright.nullable(),
  /** Names, to be found among those of the installation. */
  labels: z.strictObject({ topic: text, subTopic: text, type: text }),
});

export const openEventTrack = z.strictObject({
  id: sourceId,
  name: z.string().min(1),
  description: text,
  color: text,
  position,
});

export const openEventRoom = z.strictObject({
  id: sourceId,
  name: z.string().min(1),
  floor: z.number().int().nullable(),
  room: text,
  latitude: z.number().min(-90).max(90).nullable(),
  longitude: z.number().min(-180).max(180).nullable(),
  position,
});

export const openEventSessionType = z.strictObject({
  id: sourceId,
  name: z.string().min(1),
  lengthMinutes: z.number().int().min(0).nullable(),
  position,
});

export const openEventSponsor = z.strictObject({
  id: sourceId,
  name: z.string().min(1),
  /** Rich text. */
  description: text,
  url,
  logoUrl: picture,
  level: z.number().int().nullable(),
  type: text,
  position,
});

export const openEventSocialLink = z.strictObject({
  id: sourceId,
  name: z.string().min(1),
  link: z.url({ protocol: /^https?$/ }),
  position,
});

export const openEventFaq = z.strictObject({
  id: sourceId,
  question: z.string().min(1),
  /** Rich text. */
  answer: z.string().min(1),
  position,
});

/** A field of a form of the event. */
export const openEventFormField = z.strictObject({
  /** The form with the identifier: a form has each once. */
  id: sourceId,
  form: z.enum(FormKind),
  fieldIdentifier: z.string().min(1),
  name: z.string().min(1),
  type: z.enum(FormFieldType),
  /** Rich text. */
  description: text,
  isRequired: z.boolean(),
  isIncluded: z.boolean(),
  isFixed: z.boolean(),
  isPublic: z.boolean(),
  /** Null in older files, which have flags for known fields: these stay in their places, and the form asks for no others. */
  position: position.nullable(),
  options: z.array(z.string().min(1)),
  translations: z.array(
    z.strictObject({ language: z.string(), name: z.string(), description: z.string().nullable() }),
  ),
  removedAt: instant,
});

export const sessionStates = [
  'DRAFT',
  'PENDING',
  'ACCEPTED',
  'CONFIRMED',
  'REJECTED',
  'CANCELED',
  'WITHDRAWN',
] as const;

export const openEventSession = z.strictObject({
  id: sourceId,
  /** Source ids of rows of this import, or null. */
  trackId: sourceId.nullable(),
  roomId: sourceId.nullable(),
  sessionTypeId: sourceId.nullable(),
  title: z.string().min(1),
  subtitle: text,
  level: text,
  language: text,
  /** Rich text, as are the long abstract and the comments. */
  shortAbstract: text,
  longAbstract: text,
  comments: text,
  website: url,
  twitter: url,
  facebook: url,
  github: url,
  linkedin: url,
  instagram: url,
  gitlab: url,
  mastodon: url,
  slidesUrl: url,
  videoUrl: url,
  audioUrl: url,
  signupUrl: url,
  startsAt: instant,
  /** Later than startsAt when both are there. */
  endsAt: instant,
  state: z.enum(sessionStates),
  isLocked: z.boolean(),
  submittedAt: instant,
  answers,
  position,
});

export const openEventSpeaker = z.strictObject({
  id: sourceId,
  name: z.string().min(1),
  email: z.email().nullable(),
  photoUrl: picture,
  thumbnailImageUrl: url,
  smallImageUrl: url,
  iconImageUrl: url,
  /** The employer, free text. */
  organisation: text,
  /** The job title, free text. */
  position: text,
  country: text,
  city: text,
  address: text,
  gender: text,
  heardFrom: text,
  /** Rich text, as are the speaking experience and the biographies. */
  sponsorshipRequired: text,
  speakingExperience: text,
  shortBiography: text,
  longBiography: text,
  mobile: text,
  website: url,
  twitter: url,
  facebook: url,
  github: url,
  linkedin: url,
  instagram: url,
  mastodon: url,
  isFeatured: z.boolean(),
  answers,
  sortOrder: z.number().int(),
});

export type OpenEventCall = z.infer<typeof openEventCall>;
export type OpenEventCopyright = z.infer<typeof openEventCopyright>;
export type OpenEventEvent = z.infer<typeof openEventEvent>;
export type OpenEventTrack = z.infer<typeof openEventTrack>;
export type OpenEventRoom = z.infer<typeof openEventRoom>;
export type OpenEventSessionType = z.infer<typeof openEventSessionType>;
export type OpenEventSponsor = z.infer<typeof openEventSponsor>;
export type OpenEventSocialLink = z.infer<typeof openEventSocialLink>;
export type OpenEventFaq = z.infer<typeof openEventFaq>;
export type OpenEventFormField = z.infer<typeof openEventFormField>;
export type OpenEventSession = z.infer<typeof openEventSession>;
export type OpenEventSpeaker = z.infer<typeof openEventSpeaker>;
