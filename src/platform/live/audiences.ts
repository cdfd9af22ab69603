/** The audiences of a process: finds the one that a subscription belongs to, or makes it. */
import type { DocumentNode, GraphQLSchema } from 'graphql';
import pLimit from 'p-limit';
import type { Logger } from 'pino';
import type { Permissions } from '../../permissions/registry.ts';
import type { Database } from '../data/database.ts';
import type { Contexts } from '../graphql/context.ts';
import type { Executor } from '../graphql/execute.ts';
import { Audience } from './audience.ts';
import type { Hub } from './hub.ts';
import { Sharing } from './sharing.ts';
import type { Watch } from './watch.ts';
import { topicOf } from './watch.ts';

/** What audiences are made with. */
export interface AudiencesOptions {
  readonly schema: GraphQLSchema;
  readonly executor: Executor;
  readonly contexts: Contexts;
  readonly permissions: Permissions;
  readonly database: Database;
  readonly hub: Hub;
  readonly log: Logger;
  /** Most statements at once for live messages, so that some connections are left to requests. */
  readonly statements: number;
}

/** A subscription as it was admitted. */
export interface Admitted {
  readonly document: DocumentNode;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly watch: Watch;
}

/** All audiences. */
export class Audiences {
  private readonly byKey = new Map<string, Audience>();
  private readonly byTopic = new Map<string, Set<Audience>>();
  private readonly limit;

  constructor(private readonly options: AudiencesOptions) {
    this.limit = pLimit(Math.max(1, options.statements));
  }

  /** How many subscriptions there are. */
  get size(): number {
    return [...this.byKey.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** How many subscriptions listen to a topic. */
  count(topic: string): number {
    return [...(this.byTopic.get(topic) ?? [])].reduce((sum, { size }) => sum + size, 0);
  }

  /** The audience of a subscription. The caller adds a member at once. */
  of({ document, operationName, variables, watch }: Admitted): Audience {
    const { hub, executor, log } = this.options;
    const key = JSON.stringify([
      watch.topic,
      document.loc?.source.body,
      operationName ?? null,
      sorted(variables),
    ]);
    const known = this.byKey.get(key);
    if (known) return known;
    const { place, topic } = watch;
    const notices = hub.subscribe(topic);
    const placeTopic = place && topicOf(place.resource, place.id);
    const unlisten =
      placeTopic && placeTopic !== topic
        ? hub.listen(placeTopic, {
            tell: ({ isDeleted }) => isDeleted && notices.finish(),
            fallBehind: () => {},
            close: () => {},
          })
        : () => {};
    const audience: Audience = new Audience({
      ...this.options,
      document,
      operationName,
      variables,
      watch,
      notices,
      sharing: new Sharing(this.options, document, place),
      limit: this.limit,
      visible: (error) => executor.visible(error, log),
      ended: () => {
        unlisten();
        this.byKey.delete(key);
        const others = this.byTopic.get(topic);
        others?.delete(audience);
        if (others?.size === 0) this.byTopic.delete(topic);
      },
    });
    this.byKey.set(key, audience);
    this.byTopic.set(topic, (this.byTopic.get(topic) ?? new Set()).add(audience));
    return audience;
  }
}

/** Equal variables as equal JSON. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
