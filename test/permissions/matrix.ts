/**
 * The matrix for the table of one slice: the world on a server of its own, everybody of it, and writes that are tried
 * on rows and compared with the verdicts of an oracle. The slice adds its rows, and its rules by hand.
 */
import { expect } from '@jest/globals';
import type { Answer, TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { tokensFor } from './askers.ts';
import type { Verdict } from './oracle.ts';
import { Oracle } from './oracle.ts';
import type { World } from './world.ts';
import { createWorld, describeWorld, nobody } from './world.ts';

/** Nobody, people without a role, and the roles of a published, a draft and a deleted event. */
export const askers = [
  nobody,
  'superAdmin',
  'admin',
  'registered',
  'unverified',
  'submitter',
  'speaker',
  'ownerofOpen',
  'organizerofOpen',
  'coorganizerofOpen',
  'trackOrganizerofOpen',
  'moderatorofOpen',
  'registrarofOpen',
  'ownerofDraft',
  'moderatorofDraft',
  'ownerofGone',
];

/** A world, and a server that has it. */
export class Matrix {
  readonly world: World = describeWorld();
  readonly oracle = new Oracle(this.world);
  server!: TestServer;
  private tokens: ReadonlyMap<string, string> = new Map();

  async start(): Promise<void> {
    this.server = await startServer({ COMPILE_AFTER: '3', MAX_ALIASES: '1000', MAX_TOKENS: '100000' });
    await createWorld(this.server, this.world);
    this.tokens = await tokensFor(this.server, this.world);
  }

  ask(viewer: string, document: string, variables?: Record<string, unknown>): Promise<Answer> {
    return this.server.ask(document, variables, { token: this.tokens.get(viewer) ?? null });
  }

  /** Asks for many objects in one document; the answers in the order of the ids. */
  async askEach(viewer: string, field: (id: string) => string, ids: readonly string[]): Promise<unknown[]> {
    const answer = await this.ask(viewer, `{ ${ids.map((id, at) => `a${at}: ${field(id)}`).join('\n')} }`);
    return ids.map((_, at) => answer.data![`a${at}`]);
  }

  /** Tries a write on each of the rows and compares all the verdicts at once. */
  async tryEach<T extends { readonly name: string }>(
    viewer: string,
    rows: readonly T[],
    document: string,
    variables: (row: T) => Record<string, unknown>,
    expected: (row: T) => Verdict,
  ): Promise<void> {
    const found: [string, string][] = [];
    for (const row of rows) {
      const { errors } = await this.ask(viewer, document, variables(row));
      if (errors) expect(errors).toHaveLength(1);
      found.push([row.name, errors ? String(errors[0].extensions.code) : 'OK']);
    }
    expect(found).toEqual(rows.map((row) => [row.name, expected(row)]));
  }
}
