/** The verbs of events: create, update, publish, unpublish, delete. */
import { randomInt } from 'node:crypto';
import type { Changes } from '../platform/data/writer.ts';
import { applyInput, assertVersion } from '../platform/data/writer.ts';
import { badInput, forbidden } from '../platform/graphql/errors.ts';
import type { InputProblem } from '../platform/graphql/errors.ts';
import type { Problems } from '../platform/inputs.ts';
import { cleanInput, withoutNulls, writtenFields } from '../platform/inputs.ts';
import { isTimezone } from '../platform/values.ts';
import { User } from '../accounts/user.entity.ts';
import { insertDefaultForms } from '../forms/default-forms.ts';
import { setPictures } from '../images/index.ts';
import { publishSessionsOfEvent } from '../sessions/session.topics.ts';
import { setLabels } from '../topics/event-topic.service.ts';
import { assertAfterCall } from './call-for-speakers.service.ts';
import { Event } from './event.entity.ts';
import { setHost } from './event.host.ts';
import { EventMember } from './event-member.entity.ts';
import type { CreateEventInput, UpdateEventInput } from './event.inputs.ts';
import { EventRole, EventState } from './event.states.ts';
import { atSameHour, moveSchedule } from './event.times.ts';
import { publishEventChange } from './event.topics.ts';

/** The longest event, in days. */
export const longestEventDays = 20;

const fields = [
  'name',
  'startsAt',
  'endsAt',
  'timezone',
  'description',
  'locationName',
  'searchableLocationName',
  'online',
  'privacy',
  'externalEventUrl',
  'ticketUrl',
  'ownerName',
  'ownerDescription',
  'codeOfConduct',
  'contactEmail',
  'isSessionsSpeakersEnabled',
  'isFeatured',
  'isPromoted',
  'isDemoted',
] as const;
const required = [
  'name',
  'startsAt',
  'endsAt',
  'timezone',
  'online',
  'privacy',
  'isSessionsSpeakersEnabled',
  'isFeatured',
  'isPromoted',
  'isDemoted',
];

/** Keys of the input that are called otherwise in the row. */
const renamed = {
  organizationId: 'organization',
  topicId: 'topic',
  subTopicId: 'subTopic',
  eventTypeId: 'type',
} as const;

/** Creates a draft; the viewer becomes its owner. Needs a verified account. */
export async function createEvent(changes: Changes, input: CreateEventInput): Promise<Event> {
  await authorizeCreation(changes);
  const clean = cleanInput(Event, input, {
    check: (given, problems) =>
      problems.addAll(soundness({ timezone: 'UTC', ...withoutNulls(given) } as Event)),
  });
  const event = changes.em.create(Event, { identifier: newIdentifier() } as never, { partial: true });
  applyInput(event, withoutNulls(clean), fields);
  await setHost(changes, event, input.organizationId);
  await setLabels(changes, event, withoutNulls(input));
  giveToViewer(changes, event);
  await changes.em.flush();
  await insertDefaultForms(changes, event.id);
  await setPictures(changes, event, withoutNulls(input));
  return event;
}

/** Throws FORBIDDEN unless the viewer may create events. */
export async function authorizeCreation(changes: Changes): Promise<void> {
  if (!changes.viewer.isVerified)
    throw forbidden('Verify your e-mail address first; then you can create events');
  await changes.authorize('create', { resource: 'Event', values: {} });
}

/** Makes the viewer the owner of an event that is new. */
export function giveToViewer(changes: Changes, event: Event): void {
  const owner = changes.em.getReference(User, changes.userId);
  changes.em.persist([
    event,
    changes.em.create(EventMember, { event, user: owner, role: EventRole.OWNER } as never, { partial: true }),
  ]);
}

/** Changes an event. Throws BAD_USER_INPUT where the result makes no sense, CONFLICT for an old version. */
export async function updateEvent(changes: Changes, id: string, input: UpdateEventInput): Promise<Event> {
  const event = await changes.take(Event, id, 'update');
  const before = await changes.snapshot('Event', event.id);
  const { version, shiftSessions, keepLocalTimes, ...rest } = input;
  await changes.authorizeFields({ resource: 'Event', id: event.id }, writtenFields(rest, renamed));
  assertVersion(event, version);
  const dates = datesOf(event);
  const asked = keepLocalTimes === true ? withSameHours(dates, rest) : rest;
  const check = (given: typeof rest, problems: Problems) =>
    problems.addAll(soundness({ ...dates, name: event.name, ...withoutNulls(given) } as Event));
  applyInput(event, cleanInput(Event, asked, { required, check }), fields);
  const changed = (['startsAt', 'endsAt', 'timezone'] as const).find(
    (key) => event[key].valueOf() !== dates[key].valueOf(),
  );
  const isMoved =
    changed !== undefined &&
    (await moveSchedule(changes, event, dates, {
      shiftSessions: shiftSessions === true,
      keepLocalTimes: keepLocalTimes === true,
      path: changed,
    }));
  if (event.endsAt < dates.endsAt) await assertAfterCall(changes, event);
  await setPictures(changes, event, rest);
  await setLabels(changes, event, rest);
  event.version += 1;
  // People of the hosts see drafts that others do not: what they saw goes, what they see comes.
  if ((await setHost(changes, event, input.organizationId)) || isMoved)
    await publishSessionsOfEvent(changes, event.id, before);
  await changes.em.flush();
  await changes.authorizeAfter('update', 'Event', event.id);
  await publishEventChange(changes, 'UPDATED', event.id, before);
  return event;
}

/** An input that gives an event another zone, with the times that it does not name at the same hours there. */
function withSameHours(
  dates: Pick<Event, 'startsAt' | 'endsAt' | 'timezone'>,
  input: Omit<UpdateEventInput, 'version'>,
): Omit<UpdateEventInput, 'version'> {
  const { timezone } = input;
  if (typeof timezone !== 'string' || !isTimezone(timezone)) return input;
  const at = (key: 'startsAt' | 'endsAt') => input[key] ?? atSameHour(dates[key], dates.timezone, timezone);
  return { ...input, startsAt: at('startsAt'), endsAt: at('endsAt') };
}

const datesOf = ({ id, startsAt, endsAt, timezone }: Event) => ({ id, startsAt, endsAt, timezone });

/** Shows an event to everybody. Needs a verified owner, a name, valid dates and a time zone. The present state again is no change. */
export async function publishEvent(changes: Changes, id: string): Promise<Event> {
  const event = await changes.take(Event, id, 'publish');
  if (event.state === EventState.PUBLISHED) return event;
  const problems: InputProblem[] = soundness(event);
  const owners = await changes.query(
    `SELECT 1 FROM event_members m JOIN users u ON u.id = m.user_id
     WHERE m.event_id = $1 AND m.role = 'OWNER' AND u.is_verified AND u.deleted_at IS NULL`,
    [event.id],
  );
  if (owners.length === 0)
    problems.push({
      path: ['id'],
      message: 'the owner of the event has to verify their e-mail address first',
    });
  if (problems.length > 0) throw badInput(problems);
  const before = await changes.snapshot('Event', event.id);
  event.state = EventState.PUBLISHED;
  event.version += 1;
  changes.record('PUBLISH', 'Event', event.id);
  await publishSessionsOfEvent(changes, event.id, before);
  await publishEventChange(changes, 'UPDATED', event.id, before);
  return event;
}

/** Takes an event back into draft, where only its team sees it. */
export async function unpublishEvent(changes: Changes, id: string): Promise<Event> {
  const event = await changes.take(Event, id, 'publish');
  if (event.state === EventState.DRAFT) return event;
  const before = await changes.snapshot('Event', event.id);
  event.state = EventState.DRAFT;
  event.version += 1;
  changes.record('UNPUBLISH', 'Event', event.id);
  await publishSessionsOfEvent(changes, event.id, before);
  await publishEventChange(changes, 'UPDATED', event.id, before);
  return event;
}

/** Deletes an event and hides all that hangs on it; staff can restore it. */
export async function deleteEvent(changes: Changes, id: string): Promise<Event> {
  const event = await changes.take(Event, id, 'delete');
  const before = await changes.snapshot('Event', event.id);
  event.deletedAt = new Date();
  await publishSessionsOfEvent(changes, event.id, before);
  await publishEventChange(changes, 'REMOVED', event.id, before);
  return event;
}

/** Eight letters and digits that are never mistaken for a number. */
export function newIdentifier(): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz';
  const all = `${letters}23456789`;
  return Array.from({ length: 8 }, (_, at) =>
    at === 0 ? letters[randomInt(letters.length)] : all[randomInt(all.length)],
  ).join('');
}

/** Throws BAD_USER_INPUT, naming what keeps an event from making sense. */
export function assertSound(event: Event): void {
  const problems = soundness(event);
  if (problems.length > 0) throw badInput(problems);
}

/** What keeps an event from making sense. */
export function soundness(event: Pick<Event, 'name' | 'startsAt' | 'endsAt' | 'timezone'>): InputProblem[] {
  const problems: InputProblem[] = [];
  const wrong = (field: string, message: string) => problems.push({ path: ['input', field], message });
  if (!event.name?.trim()) wrong('name', 'cannot be empty');
  const length = event.endsAt.getTime() - event.startsAt.getTime();
  if (length <= 0) wrong('endsAt', 'must be after startsAt');
  else if (length > longestEventDays * 86_400_000)
    wrong('endsAt', `must be at most ${longestEventDays} days after startsAt`);
  if (!isTimezone(event.timezone)) wrong('timezone', 'is no IANA time zone such as Europe/Berlin');
  return problems;
}
