/**
 * Topic, sub-topic and type of an imported event: those of the installation that are called so. The lists are kept by
 * administrators, so an import adds nothing to them; a name that is in none is told of. Called by import.service.ts.
 */
import type { Transaction } from '../platform/data/database.ts';
import { quote } from './import-error.ts';
import type { OpenEventEvent } from './open-event.types.ts';
import type { ImportNote } from './summary.ts';

/** The columns of the event. */
export interface EventLabels {
  readonly topic: string | null;
  readonly subTopic: string | null;
  readonly type: string | null;
}

/** Finds the labels by their names, in any case. */
export async function findLabels(
  { query }: Pick<Transaction, 'query'>,
  names: OpenEventEvent['labels'],
): Promise<{ labels: EventLabels; notes: ImportNote[] }> {
  const notes: ImportNote[] = [];
  const find = async (
    key: string,
    what: string,
    name: string | null,
    sql: string,
    more: readonly string[] = [],
  ): Promise<string | null> => {
    if (name === null) return null;
    const [found] = await query(sql, [name, ...more]);
    if (found) return String(found.id);
    const reason = `no ${what} of this name is here; administrators keep the list`;
    notes.push({ path: ['event', key], kind: 'left-out', reason, detail: quote(name) });
    return null;
  };
  const topic = await find(
    'topic',
    'topic',
    names.topic,
    'SELECT id FROM event_topics WHERE lower(name) = lower($1) ORDER BY id LIMIT 1',
  );
  // A sub-topic is one of its topic: without that there is none to look for.
  const ofTopic = `SELECT id FROM event_sub_topics WHERE lower(name) = lower($1) AND topic_id ${topic ? '= $2' : 'IS NULL'} ORDER BY id LIMIT 1`;
  const subTopic = await find(
    'sub-topic',
    'sub-topic of the topic',
    names.subTopic,
    ofTopic,
    topic ? [topic] : [],
  );
  const type = await find(
    'type',
    'type of events',
    names.type,
    'SELECT id FROM event_types WHERE lower(name) = lower($1) ORDER BY id LIMIT 1',
  );
  return { labels: { topic, subTopic, type }, notes };
}
