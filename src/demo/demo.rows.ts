/** The rows of one event of the demo: keys become ids, days and hours become instants. Called by demo.ts. */
import { randomBytes } from 'node:crypto';
import { DateTime } from 'luxon';
import { v7 as uuidv7 } from 'uuid';
import { CallForSpeakers } from '../events/call-for-speakers.entity.ts';
import { Event } from '../events/event.entity.ts';
import { EventMember } from '../events/event-member.entity.ts';
import { newIdentifier } from '../events/event.service.ts';
import { EventRole, EventState } from '../events/event.states.ts';
import { insertDefaultForms } from '../forms/default-forms.ts';
import type { Transaction } from '../platform/data/database.ts';
import { insertRows } from '../platform/data/insert.ts';
import { Room } from '../programme/room.entity.ts';
import { SessionType } from '../programme/session-type.entity.ts';
import { Sponsor } from '../programme/sponsor.entity.ts';
import { Track } from '../programme/track.entity.ts';
import { SessionSpeaker } from '../sessions/session-speaker.entity.ts';
import { Session } from '../sessions/session.entity.ts';
import { SessionState } from '../sessions/session.states.ts';
import { Speaker } from '../speakers/speaker.entity.ts';
import { people } from './demo.people.ts';
import type { DemoEvent, DemoSession } from './demo.types.ts';

/** Writes one event. @param users the ids of the demo's people, by their keys */
export async function writeDemoEvent(
  transaction: Transaction,
  demo: DemoEvent,
  users: ReadonlyMap<string, string>,
): Promise<void> {
  const event = uuidv7();
  const firstDay = DateTime.now()
    .setZone(demo.timezone)
    .plus({ weeks: demo.weeksAhead })
    .startOf('week')
    .plus({ days: 4 });
  const inDays = (days: number) =>
    DateTime.now().setZone(demo.timezone).plus({ days }).startOf('day').toJSDate();
  const {
    name,
    description,
    timezone,
    locationName,
    latitude,
    longitude,
    ownerName,
    ownerDescription,
    codeOfConduct,
  } = demo;
  await insertRows(transaction, Event, [
    {
      id: event,
      identifier: newIdentifier(),
      name,
      description,
      timezone,
      locationName,
      searchableLocationName: locationName,
      latitude,
      longitude,
      ownerName,
      ownerDescription,
      codeOfConduct,
      startsAt: firstDay.set({ hour: 9 }).toJSDate(),
      endsAt: firstDay
        .plus({ days: demo.days - 1 })
        .set({ hour: 18 })
        .toJSDate(),
      state: demo.isPublished ? EventState.PUBLISHED : EventState.DRAFT,
    },
  ]);
  await insertRows(
    transaction,
    EventMember,
    membersOf(demo).map(([key, role]) => ({ id: uuidv7(), event, user: users.get(key)!, role })),
  );
  await insertDefaultForms(transaction, event);
  const { opens, closes, announcement } = demo.call;
  await insertRows(transaction, CallForSpeakers, [
    {
      id: uuidv7(),
      event,
      startsAt: inDays(opens),
      endsAt: inDays(closes),
      announcement,
      hash: randomBytes(16).toString('hex'),
    },
  ]);
  const tracks = named(demo.tracks, event);
  const rooms = named(demo.rooms, event);
  const types = named(demo.sessionTypes, event);
  await insertRows(transaction, Track, tracks.rows);
  await insertRows(transaction, Room, rooms.rows);
  await insertRows(transaction, SessionType, types.rows);
  await insertRows(
    transaction,
    Sponsor,
    demo.sponsors.map((sponsor, position) => ({ ...sponsor, id: uuidv7(), event, position })),
  );
  const speakers = new Map(Object.keys(demo.speakers).map((key) => [key, uuidv7()]));
  await insertRows(
    transaction,
    Speaker,
    Object.entries(demo.speakers).map(([key, { person, ...rest }], order) => {
      const user = person === undefined ? null : users.get(person)!;
      return {
        ...rest,
        id: speakers.get(key)!,
        event,
        order,
        user,
        creator: user ?? users.get(demo.owner)!,
        enteredByTeam: user === null,
      };
    }),
  );
  const ids = demo.sessions.map(() => uuidv7());
  await insertRows(
    transaction,
    Session,
    demo.sessions.map((session, order) => {
      const startsAt = startOf(session, firstDay);
      const { lengthMinutes } = demo.sessionTypes[session.type];
      return {
        id: ids[order],
        event,
        order,
        title: session.title,
        shortAbstract: session.abstract,
        level: session.level,
        comments: session.comments,
        isLocked: session.isLocked === true,
        language: 'English',
        state: SessionState[session.state],
        track: tracks.ids.get(session.track)!,
        room: session.room === undefined ? null : rooms.ids.get(session.room)!,
        sessionType: types.ids.get(session.type)!,
        startsAt: startsAt?.toJSDate() ?? null,
        endsAt: startsAt?.plus({ minutes: lengthMinutes }).toJSDate() ?? null,
        creator: users.get(session.submittedBy ?? demo.owner)!,
        enteredByTeam: session.submittedBy === undefined,
        submittedAt: session.state === 'DRAFT' ? null : inDays(-10),
      };
    }),
  );
  const links = demo.sessions.flatMap((session, at) =>
    session.speakers.map((key) => ({ session: ids[at], speaker: speakers.get(key)! })),
  );
  await insertRows(transaction, SessionSpeaker, links);
}

function membersOf({ isPublished, owner }: DemoEvent): [string, EventRole][] {
  if (!isPublished) return [[owner, EventRole.OWNER]];
  return people.flatMap(({ key, eventRole }) => (eventRole ? [[key, eventRole] as [string, EventRole]] : []));
}

/** Rows with an id each, in the order in which they are written down, and the ids by key. */
function named<T extends object>(byKey: Readonly<Record<string, T>>, event: string) {
  const ids = new Map(Object.keys(byKey).map((key) => [key, uuidv7()]));
  const rows = Object.entries(byKey).map(([key, row], position) => ({
    ...row,
    id: ids.get(key)!,
    event,
    position,
  }));
  return { ids, rows };
}

function startOf({ at }: DemoSession, firstDay: DateTime): DateTime | null {
  if (!at) return null;
  const [hour, minute] = at[1].split(':').map(Number);
  return firstDay.plus({ days: at[0] - 1 }).set({ hour, minute });
}
