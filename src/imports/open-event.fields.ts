/**
 * Which keys of an Open Event file become which fields, as data: the names of both generations of the format
 * and the keys that are known but not taken, with the reason. Read by open-event.rows.ts.
 * Keys are in camel case here; the file may write them with dashes, underscores or in camel case.
 */
import {
  called,
  color,
  degrees,
  email,
  fieldType,
  flag,
  formKind,
  html,
  instant,
  line,
  link,
  minutes,
  options,
  picture,
  privacy,
  state,
  translations,
  whole,
  year,
} from './open-event.values.ts';
import type { Convert } from './open-event.values.ts';

/** A field: how its value is read, and which keys it may have besides the field's own name. */
export interface Field<T> {
  convert: Convert<T>;
  keys: readonly string[];
}

/** The fields of a kind by their names. */
export type Fields = Record<string, Field<unknown>>;

/** What reading a table of fields gives: null where the file has nothing usable. */
export type Values<F extends Fields> = { [K in keyof F]: F[K] extends Field<infer T> ? T | null : never };

const from = <T>(convert: Convert<T>, ...keys: string[]): Field<T> => ({ convert, keys });

export const eventFields = {
  name: from(line, 'title'),
  description: from(html),
  startsAt: from(instant, 'startTime', 'startDate'),
  endsAt: from(instant, 'endTime', 'endDate'),
  locationName: from(line),
  searchableLocationName: from(line),
  latitude: from(degrees(90)),
  longitude: from(degrees(180)),
  online: from(flag, 'isEventOnline', 'isOnline'),
  privacy: from(privacy),
  logoUrl: from(picture, 'logo'),
  originalImageUrl: from(picture, 'backgroundImage', 'backgroundUrl'),
  thumbnailImageUrl: from(link, 'thumbnail'),
  largeImageUrl: from(link, 'large'),
  iconImageUrl: from(link, 'icon'),
  externalEventUrl: from(link, 'eventUrl'),
  ticketUrl: from(link),
  ownerName: from(line, 'organizerName'),
  ownerDescription: from(html, 'organizerDescription'),
  codeOfConduct: from(html),
  schedulePublishedAt: from(instant, 'schedulePublishedOn'),
  isSessionsSpeakersEnabled: from(flag, 'hasSessionSpeakers'),
};

/** By which an event is told apart from others: names of topics and types. */
export const labelFields = {
  topic: from(called, 'eventTopic'),
  subTopic: from(called, 'eventSubTopic'),
  type: from(called, 'eventType'),
};

export const callFields = {
  startsAt: from(instant, 'startDate', 'startTime'),
  endsAt: from(instant, 'endDate', 'endTime'),
  softEndsAt: from(instant),
  announcement: from(html),
  privacy: from(privacy),
  isEnabled: from(flag),
};

export const trackFields = {
  name: from(line, 'title'),
  description: from(html),
  color: from(color),
  position: from(whole),
};

export const roomFields = {
  name: from(line),
  floor: from(whole),
  room: from(line),
  latitude: from(degrees(90)),
  longitude: from(degrees(180)),
  position: from(whole),
};

export const sessionTypeFields = {
  name: from(line),
  lengthMinutes: from(minutes, 'length'),
  position: from(whole),
};

export const sponsorFields = {
  name: from(line),
  description: from(html),
  url: from(link),
  logoUrl: from(picture, 'logo'),
  level: from(whole),
  type: from(line, 'sponsorType'),
  position: from(whole),
};

export const socialLinkFields = {
  name: from(line),
  link: from(link, 'url'),
  position: from(whole),
};

export const faqFields = {
  question: from(line),
  answer: from(html),
  position: from(whole),
};

export const copyrightFields = {
  holder: from(line),
  holderUrl: from(link),
  licence: from(line, 'license'),
  licenceUrl: from(link, 'licenseUrl'),
  logoUrl: from(picture, 'logo'),
  year: from(year),
};

/** What is told of the licence of the copyright beside it. */
export const licenceFields = {
  licence: from(line, 'name'),
  licenceUrl: from(link, 'url'),
  logoUrl: from(link, 'logo'),
};

/** The fields of forms. */
export const formFields = {
  form: from(formKind),
  fieldIdentifier: from(line, 'identifier'),
  name: from(line),
  description: from(html),
  type: from(fieldType),
  isRequired: from(flag, 'require', 'required'),
  isIncluded: from(flag, 'include', 'included'),
  isFixed: from(flag),
  isPublic: from(flag),
  position: from(whole),
  options: from(options, 'customFormOptions'),
  translations: from(translations, 'customFormTranslates', 'customFormTranslations'),
  removedAt: from(instant),
};

/** Where a session or a speaker is found on the web. */
const webPlaces = {
  website: from(link),
  twitter: from(link),
  facebook: from(link),
  github: from(link),
  linkedin: from(link),
  instagram: from(link),
  mastodon: from(link),
};

export const sessionFields = {
  title: from(line, 'name'),
  subtitle: from(line),
  level: from(line),
  language: from(line),
  shortAbstract: from(html),
  longAbstract: from(html),
  comments: from(html),
  ...webPlaces,
  gitlab: from(link),
  slidesUrl: from(link, 'slides'),
  videoUrl: from(link, 'video'),
  audioUrl: from(link, 'audio'),
  signupUrl: from(link),
  startsAt: from(instant, 'startTime'),
  endsAt: from(instant, 'endTime'),
  state: from(state),
  isLocked: from(flag),
  submittedAt: from(instant),
  position: from(whole),
};

export const speakerFields = {
  name: from(line),
  email: from(email),
  photoUrl: from(picture, 'photo'),
  thumbnailImageUrl: from(link, 'thumbnail'),
  smallImageUrl: from(link, 'small'),
  iconImageUrl: from(link, 'icon'),
  organisation: from(line, 'organization'),
  position: from(line),
  country: from(line),
  city: from(line),
  address: from(line),
  gender: from(line),
  heardFrom: from(line),
  sponsorshipRequired: from(html),
  speakingExperience: from(html),
  shortBiography: from(html),
  longBiography: from(html),
  mobile: from(line),
  ...webPlaces,
  isFeatured: from(flag, 'featured'),
  sortOrder: from(whole, 'order'),
};

const bookkeeping = 'bookkeeping of the server that made the file';
const ratings = 'ratings are those of people who gave them, and no account here is known to be theirs';
const favourites = 'favourites are marks of people, and no account here is known to be theirs';
const licence = 'what a licence is called at length, and says, is found at its address';

/** Known keys that are not taken, with the reason, by kind (and `row` for all of them). */
export const ignoredKeys: Record<string, Record<string, string>> = {
  row: {
    createdAt: bookkeeping,
    lastModifiedAt: bookkeeping,
    eventId: bookkeeping,
    creatorId: bookkeeping,
    userId: bookkeeping,
  },
  event: {
    state: 'the state of the event in the file is not followed: the import decides what is published',
    feedbacks: ratings,
    averageRating: ratings,
    ratingCount: ratings,
    favouriteCount: favourites,
    favourites,
    email: 'a contact address is not part of an event here',
    version: bookkeeping,
    placeholderUrl: bookkeeping,
  },
  licenceDetails: {
    longName: licence,
    description: licence,
    compactLogoUrl: licence,
    compactLogo: licence,
  },
  socialLinks: {
    identifier: bookkeeping,
  },
  forms: {
    isComplex: bookkeeping,
    isAllowEdit: bookkeeping,
    formId: 'an event has one form for attendees here',
    mainLanguage: 'the language of a form is that of its event',
    min: 'fields have no range here',
    max: 'fields have no range here',
  },
  tracks: {
    fontColor: 'follows from the colour of the track',
    location: 'tracks have no place here; rooms do',
    trackImageUrl: 'pictures of tracks are not supported',
  },
  sessions: {
    isMailSent: bookkeeping,
    sendEmail: bookkeeping,
    submissionModifier: bookkeeping,
    feedbacks: ratings,
    averageRating: ratings,
    ratingCount: ratings,
    favouriteCount: favourites,
    favourites,
  },
  speakers: {
    isEmailOverridden: bookkeeping,
  },
};
