/**
 * What is copied of the rows that hang on an event: for each part the properties that a copy has from its row. What is
 * not named here is not copied: people, answers, counters and what only the team reads stay where they were given.
 */
import { EventPart } from './event.states.ts';

/** What the SQL of a value can speak of. */
export interface CopySql {
  /** A column of the row that is copied. */
  of(property: string): string;
  /** The id of the copy of a row, by the SQL of that row's id. */
  copyOf(id: string): string;
  /** The id of the viewer. */
  readonly viewer: string;
  /** A text that nobody guesses. */
  secret(): string;
}

/** A time that moves: a start, an end at the same hour of its day, or one that is as long after `startsAt` as it was. */
export type MovedTime = 'start' | 'end' | 'length';

/** How the rows of a part are copied. */
export interface CopiedPart {
  readonly resource: string;
  /** Properties that the copy has as they are. */
  readonly kept: readonly string[];
  /** Times that move with the event, and how. */
  readonly moved?: Readonly<Record<string, MovedTime>>;
  /** Properties that the copy gets otherwise, as SQL. */
  readonly made?: (sql: CopySql) => Readonly<Record<string, string>>;
  /** The property that names a picture. */
  readonly picture?: string;
  /** Which rows, as SQL; all that the viewer may see where left out. */
  readonly where?: (sql: CopySql) => string;
}

const webPages = ['website', 'twitter', 'facebook', 'github', 'linkedin', 'instagram', 'mastodon'];

/** As what is entered by the team: it names its creator and gives that person nothing. */
const entered = ({ viewer }: CopySql) => ({ creator: viewer, enteredByTeam: 'true' });

/** The copy of a linked row; null where that was not copied. */
const linked =
  (table: string, property: string) =>
  ({ of, copyOf }: CopySql) =>
    `(SELECT n.id FROM ${table} n WHERE n.id = ${copyOf(of(property))})`;

/** The parts, in the order in which they have to be written. */
export const copiedParts: Readonly<Record<EventPart, CopiedPart>> = {
  TRACKS: { resource: 'Track', kept: ['name', 'description', 'color', 'position'] },
  ROOMS: { resource: 'Room', kept: ['name', 'floor', 'room', 'latitude', 'longitude', 'position'] },
  SESSION_TYPES: { resource: 'SessionType', kept: ['name', 'lengthMinutes', 'position'] },
  SPONSORS: {
    resource: 'Sponsor',
    kept: ['name', 'description', 'url', 'level', 'type', 'position'],
    picture: 'logoUrl',
  },
  SOCIAL_LINKS: {
    resource: 'SocialLink',
    kept: ['name', 'link', 'position'],
    made: ({ of, copyOf }) => ({ identifier: `right((${copyOf(of('id'))})::text, 8)` }),
  },
  FAQS: { resource: 'Faq', kept: ['question', 'answer', 'position'] },
  COPYRIGHT: {
    resource: 'Copyright',
    kept: ['holder', 'holderUrl', 'licence', 'licenceUrl', 'year'],
    picture: 'logoUrl',
  },
  FORMS: {
    resource: 'CustomForm',
    kept: [
      'form',
      'type',
      'fieldIdentifier',
      'name',
      'description',
      'isRequired',
      'isIncluded',
      'isFixed',
      'isPublic',
      'position',
      'options',
      'translations',
    ],
    where: ({ of }) => `${of('removedAt')} IS NULL`,
  },
  CALL_FOR_SPEAKERS: {
    resource: 'CallForSpeakers',
    kept: ['announcement', 'privacy', 'isEnabled', 'allowsEditsAfterEnd'],
    moved: { startsAt: 'start', endsAt: 'end', softEndsAt: 'end' },
    made: ({ secret }) => ({ hash: secret() }),
  },
  SPEAKERS: {
    resource: 'Speaker',
    kept: [
      'name',
      'organisation',
      'position',
      'country',
      'city',
      'shortBiography',
      'longBiography',
      ...webPages,
      'isFeatured',
      'order',
    ],
    picture: 'photoUrl',
    made: (sql) => ({
      ...entered(sql),
      // Profiles without a user share no address: of two that had the same, the one with a person behind it keeps it.
      email: `CASE WHEN row_number() OVER (PARTITION BY lower(${sql.of('email')}) ORDER BY ${sql.of('user')} IS NULL, ${sql.of('id')}) = 1 THEN ${sql.of('email')} END`,
    }),
  },
  SESSIONS: {
    resource: 'Session',
    kept: [
      'title',
      'subtitle',
      'level',
      'language',
      'shortAbstract',
      'longAbstract',
      ...webPages,
      'gitlab',
      'slidesUrl',
      'videoUrl',
      'audioUrl',
      'signupUrl',
      'order',
    ],
    moved: { startsAt: 'start', endsAt: 'length' },
    made: (sql) => ({
      ...entered(sql),
      state: `'PENDING'`,
      submittedAt: 'now()',
      track: linked('tracks', 'track')(sql),
      room: linked('rooms', 'room')(sql),
      sessionType: linked('session_types', 'sessionType')(sql),
    }),
    where: ({ of }) => `${of('state')} IN ('PENDING', 'ACCEPTED', 'CONFIRMED')`,
  },
};

/** What is copied where nobody says what. */
export const usualParts: readonly EventPart[] = Object.values(EventPart).filter(
  (part) => part !== EventPart.SPEAKERS && part !== EventPart.SESSIONS,
);
