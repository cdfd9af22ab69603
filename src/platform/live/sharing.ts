/**
 * Who may share: subscribers of one document who are told the same, whoever they are. Those who are not signed in
 * share; those with equal facts and roles share unless a row of the place names one of them.
 *
 * What is shared is executed for a viewer made for it: with the facts and roles that all of them have, the roles of
 * the place alone, and an id that no row has. Such a viewer sees no more than any of them does, so that a person who
 * was not recognized as named could miss something, and nobody could get too much.
 */
import { randomUUID } from 'node:crypto';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Permissions } from '../../permissions/registry.ts';
import type { Viewer } from '../../permissions/viewer.ts';
import { anonymous, withRolesAt } from '../../permissions/viewer.ts';
import type { Database } from '../data/database.ts';
import type { NamedStatement, Selected } from './personal.ts';
import { PersonalColumns, keepsOnlyRolesOfPlace, selectedBy } from './personal.ts';
import type { Told } from './told.ts';
import type { Place } from './watch.ts';

/** The id of a stranger: new in every process, and no row's. */
const nobody = randomUUID();
/** Most viewers whose plans are kept for an audience. */
const remembered = 200;

/** How strangers with equal facts and roles are told from those whom rows name. */
interface Likeness {
  /** Who is executed for. */
  readonly viewer: Viewer;
  readonly key: string;
  /** Finds who is named; null where nobody can share. */
  readonly named: NamedStatement | null;
}

/** A viewer to execute for, and the name of what it comes to. */
export interface Shared {
  readonly key: string;
  readonly viewer: Viewer;
}

/** Those who are not signed in. */
const everybody: Shared = { key: 'everybody', viewer: anonymous };

/** Says who shares, for one document at one place. */
export class Sharing {
  private readonly selected: Selected;
  private readonly keys = new WeakMap<Viewer, string>();
  private readonly likenesses = new LRUCache<string, Likeness>({ max: remembered });
  private readonly own = new LRUCache<string, Shared>({ max: remembered });

  constructor(
    private readonly options: {
      readonly permissions: Permissions;
      readonly schema: GraphQLSchema;
      readonly database: Database;
    },
    document: DocumentNode,
    private readonly place: Place | undefined,
  ) {
    this.selected = selectedBy(options.schema, document, options.permissions);
  }

  /** What the rights of a viewer come to here, apart from the rows that name them. */
  key(viewer: Viewer): string {
    let key = this.keys.get(viewer);
    if (key === undefined)
      this.keys.set(viewer, (key = keyOf(viewer.kind === 'anonymous' ? anonymous : this.stranger(viewer))));
    return key;
  }

  /** Whether a viewer may do less here than before. */
  hasLost(before: Viewer, now: Viewer): boolean {
    const [had, has] = [this.stranger(before), this.stranger(now)];
    return Object.entries(had).some(([name, value]) => !isKept(value, has[name as keyof Viewer]));
  }

  /** The viewers to execute for when something is told, for each of those who listen. */
  async of(viewers: Iterable<Viewer>, told: Told): Promise<(viewer: Viewer) => Shared> {
    const present = new Map<string, Likeness>();
    const userIds = new Set<string>();
    for (const viewer of viewers) {
      if (viewer.kind !== 'user') continue;
      const key = this.key(viewer);
      if (!present.has(key)) present.set(key, this.likeness(key, viewer));
      userIds.add(viewer.userId!);
    }
    const named = new Map<string, ReadonlySet<string>>();
    const statements = new Map(
      [...present.values()].flatMap(({ named }) => (named ? [[named.text, named]] : [])),
    );
    for (const { text, values } of statements.values()) {
      const rows = text ? await this.options.database.query<{ who: string }>(text, values([...userIds])) : [];
      named.set(text, new Set([...rows.map(({ who }) => who), ...namesIn(told)]));
    }
    return (viewer) => {
      const key = this.key(viewer);
      if (viewer.kind === 'anonymous') return everybody;
      // A compute node, or a container: what is bound to one row shares with nobody else.
      if (viewer.userId === null) return this.ofOne(viewer);
      const likeness = present.get(key)!;
      const names = likeness.named && named.get(likeness.named.text);
      const isStranger =
        names && !names.has(viewer.userId) && (viewer.email === null || !names.has(viewer.email));
      return isStranger ? likeness : this.ofOne(viewer);
    };
  }

  private likeness(key: string, viewer: Viewer): Likeness {
    let likeness = this.likenesses.get(key);
    if (likeness) return likeness;
    const { permissions, schema } = this.options;
    const stranger = this.stranger(viewer);
    const named = this.place
      ? new PersonalColumns(permissions, schema, this.place, stranger, this.selected).statement()
      : null;
    this.likenesses.set(key, (likeness = { key, viewer: stranger, named }));
    return likeness;
  }

  /** Somebody whom rows name, or may name, shares with their own other sockets. */
  private ofOne(viewer: Viewer): Shared {
    const one = { ...viewer, tokenFamilyId: null, expiresAt: null };
    const key = keyOf(one);
    let shared = this.own.get(key);
    if (!shared) this.own.set(key, (shared = { key, viewer: one }));
    return shared;
  }

  private stranger(viewer: Viewer): Viewer {
    if (viewer.kind !== 'user') return { ...viewer, tokenFamilyId: null, expiresAt: null };
    const here =
      this.place && keepsOnlyRolesOfPlace(this.place) ? withRolesAt(viewer, this.place.id) : viewer;
    return { ...here, userId: nobody, email: `${nobody}@invalid`, tokenFamilyId: null, expiresAt: null };
  }
}

/** Whether a fact or a set of roles is still there, whatever came with it. */
function isKept(had: unknown, has: unknown): boolean {
  if (had instanceof Map && has instanceof Map)
    return [...had].every(([key, value]) => isKept(value, has.get(key)));
  if (Array.isArray(had))
    return had.every((one) => Array.isArray(has) && has.some((other) => isKept(one, other)));
  if (isRecord(had))
    return isRecord(has) && Object.entries(had).every(([key, value]) => isKept(value, has[key]));
  return had === false || had === has;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** A text for all that a viewer is; the order in which the database lists roles and rules says nothing. */
function keyOf(viewer: Viewer): string {
  return JSON.stringify(viewer, (_, value: unknown) => {
    const list = value instanceof Map ? [...(value as Map<string, unknown>)] : value;
    return Array.isArray(list)
      ? list.map((one) => (typeof one === 'string' ? one : keyOf(one as Viewer))).sort()
      : list;
  });
}

/** Every text in the rows as they were before: whoever was named then may have to be told that a row is gone. */
function namesIn({ before }: Told): Set<string> {
  const names = new Set<string>();
  for (const state of before) {
    for (const row of [state?.row, ...(state?.beside ?? []).flatMap(({ rows }) => rows)]) {
      for (const value of Object.values(row ?? {})) if (typeof value === 'string') names.add(value);
    }
  }
  return names;
}
