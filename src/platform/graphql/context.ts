/**
 * The context of one operation: who asks, how they read, what was refused. Made afresh for every HTTP operation and
 * for every live message, so that nothing decided for one is remembered for another.
 */
import type { GraphQLResolveInfo } from 'graphql';
import type { Logger } from 'pino';
import type { Permissions } from '../../permissions/registry.ts';
import { ProvedViewers } from '../../permissions/proved.ts';
import { Refusals } from '../../permissions/refusals.ts';
import type { Viewer } from '../../permissions/viewer.ts';
import type { Config } from '../config/index.ts';
import type { Database, Reads } from '../data/database.ts';
import { Plans } from '../data/reader/plans.ts';
import { Reader } from '../data/reader/reader.ts';
import { Writer } from '../data/writer.ts';
import type { Storage } from '../files/storage.ts';
import type { Decoder } from '../images/decoder.ts';
import { readPayload } from './payload.ts';

/** What resolvers get. */
export interface Context {
  readonly viewer: Viewer;
  readonly read: Reader;
  readonly write: Writer;
  /** A reader for another viewer below the root field of this place (see RowReference); guards there judge by that viewer too. */
  readAs(viewer: Viewer, info: Pick<GraphQLResolveInfo, 'path'>): Reader;
  readonly proved: ProvedViewers;
  readonly refusals: Refusals;
  readonly permissions: Permissions;
  readonly log: Logger;
  readonly requestId: string;
  /** The network address of the caller, for rate limits and activities. */
  readonly address: string;
  /** A bearer token was sent that is not good: only the operations that ignore it may run. */
  readonly isRejected: boolean;
  /** What the accounts need to make and end tokens. */
  readonly config: Config;
  readonly installation: Installation;
}

/** The parts of the application that contexts are made of. */
export interface Installation {
  readonly database: Database;
  readonly permissions: Permissions;
  readonly storage: Storage;
  readonly decoder: Decoder;
  readonly config: Config;
  readonly log: Logger;
}

/** Who sent a request: a viewer, and whether a bearer that is not good came with it. */
export interface Authentication {
  readonly viewer: Viewer;
  readonly isRejected: boolean;
}

/** Makes contexts; one per application. */
export class Contexts {
  private readonly plans = new Plans();

  constructor(private readonly installation: Installation) {}

  /** The context of one operation of a viewer. */
  make(
    { viewer, isRejected }: Authentication,
    request: { readonly id: string; readonly address: string },
  ): Context {
    const proved = new ProvedViewers();
    const { database, permissions, config, log } = this.installation;
    return {
      isRejected,
      config,
      installation: this.installation,
      viewer,
      proved,
      read: this.reader(viewer, this.readsFor(viewer, request.address)),
      readAs: (account, info) => {
        proved.prove(info, account);
        return this.reader(account, this.readsFor(account, request.address));
      },
      write: new Writer(
        database,
        permissions,
        viewer,
        { requestId: request.id, address: config.auth.keepAddresses ? request.address : null },
        (answer, info, changes) =>
          readPayload(answer, info, {
            models: permissions.models,
            reader: (reader) => this.reader(reader ?? viewer, changes),
            isMade: (resource, id) => changes.hasMade(resource, id),
          }),
        this.readsFor(viewer, request.address),
      ),
      refusals: new Refusals(),
      permissions,
      log: log.child({ request: request.id }),
      requestId: request.id,
      address: request.address,
    };
  }

  /** How reads are sent for a viewer, from an address. */
  private readsFor(viewer: Viewer, address: string): Reads {
    return this.installation.database.readsFor({ isAnonymous: viewer.kind === 'anonymous', address });
  }

  private reader(viewer: Viewer, through: Pick<Reads, 'texts'>): Reader {
    const { permissions, config } = this.installation;
    return new Reader(through, permissions, viewer, config, this.plans);
  }
}
