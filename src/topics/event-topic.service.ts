/** The verbs of topics, sub-topics and types, which are all kept in one way; and how an event gets them. */
import { Event } from '../events/event.entity.ts';
import type { Changes, EntityClass } from '../platform/data/writer.ts';
import { applyInput, assertVersion } from '../platform/data/writer.ts';
import { conflict, invalid, notFound } from '../platform/graphql/errors.ts';
import { uuidOfArgument } from '../platform/graphql/node.ts';
import { cleanInput, withoutNulls } from '../platform/inputs.ts';
import { EventSubTopic, EventTopic, EventType } from './event-topic.entity.ts';

type Label = EventTopic | EventSubTopic | EventType;
interface LabelInput {
  readonly name?: string | null;
  readonly slug?: string | null;
  readonly systemImageUrl?: string | null;
  readonly version?: number | null;
}

/** The column of events that points to each kind. */
const columns = { EventTopic: 'topic_id', EventSubTopic: 'sub_topic_id', EventType: 'type_id' } as const;

/** Makes a topic or a type. Throws CONFLICT for a slug that is taken. */
export async function createLabel<T extends Label>(
  changes: Changes,
  entity: EntityClass<T>,
  input: LabelInput,
): Promise<T> {
  await changes.authorize('create', { resource: entity.name, values: {} });
  const named = await checked(changes, entity, input, null);
  const made = changes.em.create(entity as EntityClass<EventType>, named as never, { partial: true });
  await changes.em.persist(made).flush();
  return made as T;
}

/** Makes a sub-topic of a topic. Throws NOT_FOUND where there is no such topic, CONFLICT for a slug that is taken. */
export async function createSubTopic(
  changes: Changes,
  input: LabelInput & { readonly topicId: string },
): Promise<EventSubTopic> {
  const topic = uuidOfArgument('EventTopic', input.topicId, 'input', 'topicId');
  await changes.authorize('create', { resource: 'EventSubTopic', values: { topic } });
  // Locked: whoever deletes the topic waits, and finds the sub-topic.
  const [found] = await changes.query('SELECT id FROM event_topics WHERE id = $1 FOR SHARE', [topic]);
  if (!found) throw notFound('event topic');
  const named = await checked(changes, EventSubTopic, input, null);
  const made = changes.em.create(
    EventSubTopic,
    { ...named, topic: changes.em.getReference(EventTopic, topic) } as never,
    { partial: true },
  );
  await changes.em.persist(made).flush();
  return made;
}

/** Changes one. Throws CONFLICT for a slug that is taken or an old version. */
export async function updateLabel<T extends Label>(
  changes: Changes,
  entity: EntityClass<T>,
  id: string,
  input: LabelInput,
): Promise<T> {
  const row = await changes.take(entity as EntityClass<EventType>, id, 'update');
  assertVersion(row, input.version);
  applyInput(row as unknown as Record<string, unknown>, await checked(changes, entity, input, row), [
    'name',
    'slug',
    'systemImageUrl',
  ]);
  row.version += 1;
  await changes.em.flush();
  return row as T;
}

/** Deletes one that nothing uses. Throws CONFLICT while events do, deleted ones included, or sub-topics are in it. */
export async function deleteLabel<T extends Label>(
  changes: Changes,
  entity: EntityClass<T>,
  id: string,
): Promise<T> {
  const row = await changes.take(entity as EntityClass<EventType>, id, 'delete');
  const [used] = await changes.query(
    `SELECT (SELECT count(*) FROM events WHERE ${columns[entity.name as keyof typeof columns]} = $1)::int AS events,
            (SELECT count(*) FROM event_sub_topics WHERE topic_id = $1)::int AS "subTopics"`,
    [row.id],
  );
  if (Number(used.events) > 0)
    throw conflict(`${String(used.events)} events are of it: give them another one first`);
  if (Number(used.subTopics) > 0)
    throw conflict(`It has ${String(used.subTopics)} sub-topics: delete them first`);
  await changes.em.remove(row).flush();
  return row as T;
}

/** What an input says, cleaned, with a slug that is free. @param row the one that is changed; null for a new one */
async function checked(
  changes: Changes,
  entity: EntityClass<Label>,
  input: LabelInput,
  row: Label | null,
): Promise<LabelInput> {
  const {
    name,
    slug: given,
    systemImageUrl,
  } = cleanInput(entity, row ? input : withoutNulls(input), { required: ['name', 'slug'] });
  const slug = given ?? row?.slug ?? slugOf(name ?? '');
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug) || slug.length > 100)
    throw invalid('is of small letters, digits and dashes, at most 100', 'input', 'slug');
  const taken = await changes.em.count(entity as EntityClass<EventType>, {
    slug,
    ...(row ? { id: { $ne: row.id } } : {}),
  });
  if (taken > 0) throw conflict('There is one with this slug already', { field: 'slug' });
  return { name, slug, ...(systemImageUrl === undefined ? {} : { systemImageUrl }) };
}

function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 100);
}

/** What the inputs of events say of topic, sub-topic and type. */
export interface LabelIds {
  readonly topicId?: string | null;
  readonly subTopicId?: string | null;
  readonly eventTypeId?: string | null;
}

/**
 * Sets topic, sub-topic and type of an event. A sub-topic is one of the topic's; another topic takes the old one's away.
 * Throws NOT_FOUND for what there is not, BAD_USER_INPUT for a sub-topic of another topic.
 */
export async function setLabels(
  changes: Changes,
  event: Event,
  { topicId, subTopicId, eventTypeId }: LabelIds,
): Promise<void> {
  if (topicId !== undefined) {
    const topic = await found(changes, EventTopic, topicId, 'topicId');
    if (topic?.id !== event.topic?.id) event.subTopic = null;
    event.topic = topic;
  }
  if (subTopicId !== undefined) {
    const subTopic = await found(changes, EventSubTopic, subTopicId, 'subTopicId');
    if (subTopic && subTopic.topic.id !== event.topic?.id)
      throw invalid("is none of the event's topic", 'input', 'subTopicId');
    event.subTopic = subTopic;
  }
  if (eventTypeId !== undefined) event.type = await found(changes, EventType, eventTypeId, 'eventTypeId');
}

async function found<T extends Label>(
  changes: Changes,
  entity: EntityClass<T>,
  id: string | null,
  key: string,
): Promise<T | null> {
  if (id === null) return null;
  const row = await changes.em.findOne(entity as EntityClass<EventType>, {
    id: uuidOfArgument(entity.name, id, 'input', key),
  });
  if (!row) throw notFound();
  return row as T;
}
