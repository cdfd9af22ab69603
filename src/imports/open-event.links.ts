/**
 * References inside an Open Event file: session → track, room and session type, and the pairs of sessions
 * and speakers, which either side may name. Ids decide; a name beside an id only tells when the file
 * contradicts itself. Called by the reader once all lists are read.
 */
import { ImportError, quote } from './import-error.ts';
import type { ImportPath } from './import-error.ts';
import type { Fields, Values } from './open-event.fields.ts';
import { rowLimit } from './open-event.lists.ts';
import type { List, Taken } from './open-event.lists.ts';
import { isObject, plainName, Row, sameName, sourceId } from './open-event.rows.ts';
import type { Setting } from './open-event.rows.ts';
import type { OpenEventSession, OpenEventSpeaker } from './open-event.types.ts';
import { isEmpty } from './open-event.values.ts';

/** A pair of source ids. */
export interface OpenEventLink {
  session: string;
  speaker: string;
}

type Named = { id: string; name: string };

/** How a session names a row of another list. */
export interface Reference<F extends Fields> {
  field: 'trackId' | 'roomId' | 'sessionTypeId';
  keys: readonly string[];
  fields: F;
}

/** What a file says where it refers to something: an id, a name beside it, or both. */
function readReference(raw: unknown): { id: string | null; name: string | null } {
  if (!isObject(raw)) return { id: sourceId(raw), name: null };
  const name = raw.name ?? raw.title;
  return { id: sourceId(raw.id), name: typeof name === 'string' && name.trim() ? name.trim() : null };
}

/** Sets `field` of every session that names a row of the list; a row that is in no list is made from what it says. */
export function resolveReferences<T extends Named, F extends Fields>(
  sessions: List<OpenEventSession>,
  list: List<T>,
  reference: Reference<F>,
  setting: Setting,
): void {
  const listed = new Map(list.values.map(({ id, name }) => [plainName(name), id]));
  for (const { value: session, row } of sessions.taken.values()) {
    const found = row.find(reference.keys);
    if (found) session[reference.field] = resolve(found, list, listed, reference, setting);
  }
  for (const { value, row } of list.taken.values())
    takeClaims(value, row, sessions, list, reference.field, setting);
}

function resolve<T extends Named, F extends Fields>(
  found: { value: unknown; path: ImportPath },
  list: List<T>,
  listed: ReadonlyMap<string, string>,
  { fields }: Reference<F>,
  { account, ...rest }: Setting,
): string | null {
  const { value, path } = found;
  const { id, name } = readReference(value);
  const known = id === null ? undefined : list.taken.get(id)?.value;
  if (known) {
    noteOtherName(path, list.noun, name, known.name, account);
    return known.id;
  }
  // Only rows of the file's own list: two types of one name and other lengths are two where there is no list.
  const namesake = name === null ? undefined : listed.get(plainName(name));
  if (namesake !== undefined) {
    const reason = `no ${list.noun} has this id; the one of the same name was taken`;
    account.changed(path, reason, { detail: quote(value) });
    return namesake;
  }
  if (isObject(value) && name !== null) {
    const row = new Row(value, path, { account, ...rest });
    row.find(['id']);
    const values: Values<Fields> = row.read(fields);
    row.reportRest(list.kind);
    const made = list.derive(row, id ?? `name ${name}`, { ...values, position: list.taken.size });
    if (made) {
      const reason = `${list.noun} that is in no list of the file, made from what the session says`;
      account.changed(path, reason, { detail: quote(name) });
      return made.id;
    }
  }
  account.leftOut(path, `refers to a ${list.noun} that is not in the file`, { detail: quote(value) });
  return null;
}

/** Tracks (in some files rooms too) list their sessions: used for a session that names none itself. */
function takeClaims<T extends Named>(
  value: T,
  row: Row,
  sessions: List<OpenEventSession>,
  list: List<T>,
  field: 'trackId' | 'roomId' | 'sessionTypeId',
  { account }: Setting,
): void {
  for (const { raw, path } of items(row, 'sessions')) {
    const { id, name } = readReference(raw);
    const session = sessions.taken.get(id ?? '')?.value;
    const detail = quote(name ?? id);
    if (!session) account.leftOut(path, `${list.noun} lists a session that is not there`, { detail });
    else if (session[field] === null) {
      session[field] = value.id;
      const reason = `session that names no ${list.noun} itself; taken from the ${list.noun}'s list`;
      account.changed(path, reason, { detail });
    } else if (session[field] !== value.id) {
      const reason = `${list.noun} lists a session that names another ${list.noun} itself, which was followed`;
      account.leftOut(path, reason, { detail });
    }
  }
}

/** Every pair of a session and a speaker, named by either side, once. */
export function readLinks(
  sessions: List<OpenEventSession>,
  speakers: List<OpenEventSpeaker>,
  setting: Setting,
): OpenEventLink[] {
  const links = new Map<string, Set<string>>();
  const lost = new Set<string>();
  const { account } = setting;

  const side = <A extends { id: string }, B extends { id: string }>(
    from: List<A>,
    to: List<B>,
    nameOf: (value: B) => string,
    pair: (from: string, to: string) => OpenEventLink,
    key: string,
  ) => {
    const rows: { id: string; row: Row; isLost: boolean }[] = [
      ...[...from.taken].map(([id, { row }]: [string, Taken<A>]) => ({ id, row, isLost: false })),
      ...[...from.lost].flatMap(([id, lost]) => lost.rows.map((row) => ({ id, row, isLost: true }))),
    ];
    for (const { id, row, isLost } of rows) {
      for (const { raw, path } of items(row, key)) {
        const { id: other, name } = readReference(raw);
        const target = other === null ? undefined : to.taken.get(other)?.value;
        const lose = (reason: string, mark = '') => {
          account.leftOut(path, reason, { detail: quote(name ?? other ?? raw) });
          const { session, speaker } = pair(id, other ?? quote(raw));
          lost.add(JSON.stringify([session, speaker, mark]));
        };
        if (isLost) lose(`link of a ${from.noun} that was left out`, String(row.path.at(-1)));
        else if (!target) {
          const wasLost = other !== null && to.lost.has(other);
          lose(`link to a ${to.noun} that ${wasLost ? 'was left out' : 'is not in the file'}`);
        } else if (name !== null && isNamesakeOfLost(to, other!, name, nameOf(target))) {
          lose(`link to a ${to.noun} that was left out`, name);
        } else {
          const { session, speaker } = pair(id, target.id);
          const speakersOf = links.get(session) ?? new Set();
          links.set(session, speakersOf.add(speaker));
          noteOtherName(path, to.noun, name, nameOf(target), account);
        }
      }
    }
  };
  side(
    sessions,
    speakers,
    (speaker) => speaker.name,
    (session, speaker) => ({ session, speaker }),
    'speakers',
  );
  side(
    speakers,
    sessions,
    (session) => session.title,
    (speaker, session) => ({ session, speaker }),
    'sessions',
  );

  const pairs = [...links].flatMap(([session, speakersOf]) =>
    [...speakersOf].map((speaker) => ({ session, speaker })),
  );
  Object.assign(account.summary.counts.links, { read: pairs.length + lost.size, leftOut: lost.size });
  return pairs;
}

/** Whether a link means a second row of the same id, which was left out, rather than the first. */
function isNamesakeOfLost<T extends { id: string }>(
  list: List<T>,
  id: string,
  name: string,
  kept: string,
): boolean {
  if (sameName(name, kept)) return false;
  return list.lost.get(id)?.names.has(plainName(name)) ?? false;
}

/** The items of a list inside a row, or the one item where there is no list. */
function* items(row: Row, key: string): Generator<{ raw: unknown; path: ImportPath }> {
  const found = row.find([key]);
  if (!found) return;
  if (!Array.isArray(found.value)) yield { raw: found.value, path: found.path };
  else if (found.value.length > rowLimit) {
    throw new ImportError(
      'TOO_LARGE',
      `${found.value.length} rows; at most ${rowLimit} are read`,
      found.path,
    );
  } else {
    for (const [index, raw] of found.value.entries()) {
      if (!isEmpty(raw)) yield { raw, path: [...found.path, index] };
    }
  }
}

/** A file that calls one row by two names: typing slips mostly, but sometimes a wrong id. */
function noteOtherName(
  path: ImportPath,
  noun: string,
  said: string | null,
  known: string,
  account: Setting['account'],
): void {
  if (said === null || sameName(said, known)) return;
  account.changed(path, `${noun} named differently in its own row; the id was followed`, {
    detail: `${quote(said)} is ${quote(known)}`,
  });
}
