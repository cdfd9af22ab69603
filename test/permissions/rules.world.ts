/**
 * The world of the tests of rules: four organizations, three collaborations and rows of everything that rules are
 * about, as plain objects, and the lattice of scopes once more, by hand.
 *
 * Rules are held in Alpha. Alpha and Beta are in X, Beta and Delta in Z, Gamma alone in Y: so Beta is in the reach of
 * collaboration scope, and Gamma and Delta, and Beta's compute node in Z, are not.
 */
import { randomUUID } from 'node:crypto';
import type { CatalogueRule, RuleScope } from '../../src/permissions/rules.ts';
import { catalogue } from '../../src/permissions/rules.ts';
import { encodeId } from '../../src/platform/graphql/node.ts';
import { defaultRoles } from '../../src/roles/default-roles.ts';
import { defaultRoleId } from '../../src/roles/sync.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { createCollaboration, createOrganization, holdRules, join } from '../kit/collaborations.ts';
import type { TestServer } from '../kit/server.ts';

const organizations = ['Alpha', 'Beta', 'Gamma', 'Delta'] as const;
export type Org = (typeof organizations)[number];
const collaborations = { X: ['Alpha', 'Beta'], Y: ['Gamma'], Z: ['Beta', 'Delta'] } as const satisfies Record<
  string,
  readonly Org[]
>;
type Col = keyof typeof collaborations;

/** A row that rules are about: the organizations and collaborations that it belongs to. */
export interface Row {
  readonly type: 'Organization' | 'Collaboration' | 'ComputeNode' | 'Role' | 'User';
  readonly name: string;
  readonly uuid: string;
  /** The id of the schema. */
  readonly id: string;
  readonly organizations: readonly Org[];
  readonly collaborations: readonly Col[];
  readonly isDefault?: boolean;
}

/** Which resource of the catalogue a type's rules are of. */
export const resourceOf = {
  Organization: 'organization',
  Collaboration: 'collaboration',
  ComputeNode: 'compute_node',
  Role: 'role',
  User: 'user',
} as const;

export interface World {
  readonly rows: readonly Row[];
  readonly orgs: Readonly<Record<Org, string>>;
  readonly cols: Readonly<Record<Col, string>>;
  /** One person for each rule of these resources, who holds nothing else, and holds it in Alpha. */
  readonly holders: readonly { readonly rule: CatalogueRule; readonly person: Person }[];
  /** A member of Alpha without any rule, and somebody who belongs nowhere. */
  readonly member: Person;
  readonly stranger: Person;
  readonly root: Person;
}

const colsOf = (org: Org) =>
  (Object.keys(collaborations) as Col[]).filter((col) =>
    (collaborations[col] as readonly Org[]).includes(org),
  );

/** Whether a row is in the scope of a rule that is held in Alpha: the table of scopes, read by hand. */
export function isInScope(scope: RuleScope, row: Row): boolean {
  const inOrganization = row.organizations.includes('Alpha') || row.isDefault === true;
  const inCollaboration = row.collaborations.includes('X');
  if (scope === 'GLOBAL') return true;
  if (scope === 'COLLABORATION') return inCollaboration || inOrganization;
  // Nobody makes such rows for themselves: own scope reaches none of them.
  return scope === 'ORGANIZATION' && inOrganization;
}

/** Writes the world. */
export async function createRulesWorld(server: TestServer): Promise<World> {
  const rows: Row[] = [];
  const add = (
    type: Row['type'],
    name: string,
    uuid: string,
    orgs: readonly Org[],
    cols: readonly Col[],
    isDefault = false,
  ) => {
    rows.push({
      type,
      name,
      uuid,
      id: encodeId(type, uuid),
      organizations: orgs,
      collaborations: cols,
      isDefault,
    });
  };
  const orgs = {} as Record<Org, string>;
  const cols = {} as Record<Col, string>;
  for (const org of organizations) {
    orgs[org] = await createOrganization(server, org);
    add('Organization', org, orgs[org], [org], colsOf(org));
    const role = randomUUID();
    await server.sql('INSERT INTO roles (id, name, organization_id) VALUES ($1, $2, $3)', [
      role,
      `role of ${org}`,
      orgs[org],
    ]);
    add('Role', `role of ${org}`, role, [org], colsOf(org));
  }
  for (const [col, members] of Object.entries(collaborations) as [Col, readonly Org[]][]) {
    cols[col] = await createCollaboration(
      server,
      col,
      members.map((org) => orgs[org]),
    );
    add('Collaboration', col, cols[col], members, [col]);
    for (const org of members) {
      const node = randomUUID();
      await server.sql(
        `INSERT INTO compute_nodes (id, name, organization_id, collaboration_id, api_key_prefix, api_key_hash) VALUES ($1, $2, $3, $4, $2, 'x')`,
        [node, `${org} in ${col}`, orgs[org], cols[col]],
      );
      add('ComputeNode', `${org} in ${col}`, node, [org], [col]);
    }
  }
  for (const { name } of defaultRoles) add('Role', name, defaultRoleId(name), [], [], true);
  const named = async (name: string, org: Org | null) => {
    const person = await createPerson(server, { publicName: name });
    if (org) await join(server, person, orgs[org]);
    add('User', name, person.userId, org ? [org] : [], org ? colsOf(org) : []);
    return person;
  };
  for (const org of organizations) await named(`person of ${org}`, org);
  const member = await named('member', 'Alpha');
  const stranger = await named('stranger', null);
  const holders: World['holders'][number][] = [];
  const resources: readonly string[] = Object.values(resourceOf);
  for (const rule of catalogue.filter(
    ({ resource }) => resources.includes(resource) || resource === 'live',
  )) {
    const person = await named(`${rule.resource}:${rule.operation}:${rule.scope}`, 'Alpha');
    await holdRules(server, person, [rule], orgs.Alpha);
    holders.push({ rule, person });
  }
  const root = await createPerson(server, { isSuperAdmin: true, publicName: 'root' });
  add('User', 'root', root.userId, [], []);
  return { rows, orgs, cols, holders, member, stranger, root };
}
