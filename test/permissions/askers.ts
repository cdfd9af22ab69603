/** Bearer tokens for everybody of the world. */
import { issueTokens } from '../../src/platform/auth/tokens.ts';
import type { TestServer } from '../kit/server.ts';
import type { World } from './world.ts';

/** An access token per person, by name; nobody has none. */
export async function tokensFor(server: TestServer, world: World): Promise<ReadonlyMap<string, string>> {
  const tokens = new Map<string, string>();
  for (const { name, id } of world.people.values()) {
    tokens.set(name, (await issueTokens(server.app.database, server.app.config, id)).accessToken);
  }
  return tokens;
}
