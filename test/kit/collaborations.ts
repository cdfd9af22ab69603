/** Organizations, memberships and what people hold in them, for tests: rows made directly. */
import { v7 as uuidv7 } from 'uuid';
import type { CatalogueRule } from '../../src/permissions/rules.ts';
import { defaultRoleId, ruleId } from '../../src/roles/sync.ts';
import type { Person } from './accounts.ts';
import type { TestServer } from './server.ts';

/** An organization; returns its uuid. */
export async function createOrganization(server: TestServer, name: string): Promise<string> {
  const id = uuidv7();
  await server.sql('INSERT INTO organizations (id, name) VALUES ($1, $2)', [id, name]);
  return id;
}

/** A collaboration of these organizations; returns its uuid. */
export async function createCollaboration(
  server: TestServer,
  name: string,
  organizations: readonly string[],
  encrypted = false,
): Promise<string> {
  const id = uuidv7();
  await server.sql('INSERT INTO collaborations (id, name, encrypted) VALUES ($1, $2, $3)', [
    id,
    name,
    encrypted,
  ]);
  await server.sql(
    'INSERT INTO collaboration_organizations (collaboration_id, organization_id) SELECT $1, unnest($2::uuid[])',
    [id, organizations],
  );
  return id;
}

/** Makes a person a member; returns the uuid of the membership. */
export async function join(
  server: TestServer,
  person: Pick<Person, 'userId'>,
  organization: string,
): Promise<string> {
  const [{ id }] = await server.sql(
    `INSERT INTO memberships (id, user_id, organization_id) VALUES ($1, $2, $3)
     ON CONFLICT (user_id, organization_id) DO UPDATE SET updated_at = now() RETURNING id`,
    [uuidv7(), person.userId, organization],
  );
  return id;
}

/** Gives a person a default role, in an organization of theirs (made a member where they are not) or site-wide. */
export async function holdRole(
  server: TestServer,
  person: Pick<Person, 'userId'>,
  role: string,
  organization: string | null,
): Promise<void> {
  const membership = organization === null ? null : await join(server, person, organization);
  await server.sql(
    'INSERT INTO role_assignments (id, user_id, role_id, membership_id) VALUES ($1, $2, $3, $4)',
    [uuidv7(), person.userId, defaultRoleId(role), membership],
  );
}

/** Gives a person single rules, in an organization or site-wide. */
export async function holdRules(
  server: TestServer,
  person: Pick<Person, 'userId'>,
  rules: readonly CatalogueRule[],
  organization: string | null,
): Promise<void> {
  const membership = organization === null ? null : await join(server, person, organization);
  for (const rule of rules) {
    await server.sql(
      'INSERT INTO rule_grants (id, user_id, rule_id, membership_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      [uuidv7(), person.userId, ruleId(rule), membership],
    );
  }
}
