/** The verbs of roles: create, update, delete. Who may is said by role.permissions.ts and, above it, by holding.ts. */
import { Organization } from '../organizations/organization.entity.ts';
import type { Changes } from '../platform/data/writer.ts';
import { applyInput, assertVersion } from '../platform/data/writer.ts';
import { conflict, notFound } from '../platform/graphql/errors.ts';
import { uuidOfArgument } from '../platform/graphql/node.ts';
import { cleanInput } from '../platform/inputs.ts';
import { publishRightsChange } from '../platform/live/rights.ts';
import type { CatalogueRule } from '../permissions/rules.ts';
import { defaultRoles } from './default-roles.ts';
import type { Place } from './holding.ts';
import { asRule, assertHoldsAll, assertNotHeldByViewer, rulesOfRole } from './holding.ts';
import { Role } from './role.entity.ts';
import type { CreateRoleInput, UpdateRoleInput } from './role.inputs.ts';

/** Makes a role of an organization, or (at global scope) of the whole site. Throws CONFLICT for a taken name. */
export async function createRole(changes: Changes, input: CreateRoleInput): Promise<Role> {
  const place: Place = input.organizationId
    ? uuidOfArgument('Organization', input.organizationId, 'input', 'organizationId')
    : null;
  if (place !== null) await changes.authorize('view', { resource: 'Organization', id: place });
  await changes.authorize('create', { resource: 'Role', values: { organization: place } });
  const rules = await rulesNamed(changes, input.ruleIds);
  assertHoldsAll(changes.viewer, rules, place);
  const clean = cleanInput(Role, input);
  await assertNameIsFree(changes, clean.name, place, null);
  const organization = place === null ? null : changes.em.getReference(Organization, place);
  const role = changes.em.create(
    Role,
    { name: clean.name, description: clean.description ?? null, organization } as never,
    { partial: true },
  );
  await changes.em.persist(role).flush();
  await setRules(changes, role.id, rules);
  return role;
}

/** Changes a role. Whoever holds it has what it says from the next request on. */
export async function updateRole(changes: Changes, id: string, input: UpdateRoleInput): Promise<Role> {
  const role = await changes.take(Role, id, 'update');
  await assertNotHeldByViewer(changes, role.id);
  const place: Place = role.organization?.id ?? null;
  const { version, ruleIds, ...rest } = cleanInput(Role, input, { required: ['name', 'ruleIds'] });
  if (ruleIds) {
    const rules = await rulesNamed(changes, ruleIds);
    const present = await rulesOfRole(changes, role.id);
    assertHoldsAll(changes.viewer, [...without(rules, present), ...without(present, rules)], place);
    await setRules(changes, role.id, rules);
    changes.record('UPDATE', 'Role', role.id, ['rules']);
  }
  assertVersion(role, version);
  if (typeof rest.name === 'string') await assertNameIsFree(changes, rest.name, place, role.id);
  applyInput(role, rest, ['name', 'description']);
  role.version += 1;
  await changes.em.flush();
  await tellHolders(changes, role.id);
  return role;
}

/** Deletes a role; whoever holds it loses what it gave them. */
export async function deleteRole(changes: Changes, id: string): Promise<Role> {
  const role = await changes.take(Role, id, 'delete');
  await assertNotHeldByViewer(changes, role.id);
  assertHoldsAll(changes.viewer, await rulesOfRole(changes, role.id), role.organization?.id ?? null);
  await changes.em.remove(role).flush();
  return role;
}

/** The rules behind ids of the schema. Throws NOT_FOUND for one that there is not. */
async function rulesNamed(
  changes: Changes,
  ids: readonly string[],
): Promise<(CatalogueRule & { readonly id: string })[]> {
  const uuids = new Set(ids.map((id, index) => uuidOfArgument('Rule', id, 'input', 'ruleIds', index)));
  const rows = await changes.query(
    'SELECT id, resource, operation, scope FROM rules WHERE id = ANY($1::uuid[])',
    [[...uuids]],
  );
  if (rows.length < uuids.size) throw notFound('rule');
  return rows.map(asRule);
}

async function setRules(
  changes: Changes,
  roleId: string,
  rules: readonly { readonly id: string }[],
): Promise<void> {
  const ids = rules.map(({ id }) => id);
  await changes.query('DELETE FROM role_rules WHERE role_id = $1 AND rule_id <> ALL($2::uuid[])', [
    roleId,
    ids,
  ]);
  await changes.query(
    'INSERT INTO role_rules (role_id, rule_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING',
    [roleId, ids],
  );
}

/** Default roles keep their names for themselves, in every organization. */
async function assertNameIsFree(
  changes: Changes,
  name: string,
  place: Place,
  roleId: string | null,
): Promise<void> {
  const isReserved = defaultRoles.some((role) => role.name.toLowerCase() === name.toLowerCase());
  const taken = await changes.query(
    'SELECT FROM roles WHERE lower(name) = lower($1) AND organization_id IS NOT DISTINCT FROM $2 AND id IS DISTINCT FROM $3 LIMIT 1',
    [name, place, roleId],
  );
  if (isReserved || taken.length > 0)
    throw conflict('There is a role of this name already', { field: 'name' });
}

async function tellHolders(changes: Changes, roleId: string): Promise<void> {
  const holders = await changes.query(
    'SELECT DISTINCT user_id AS id FROM role_assignments WHERE role_id = $1',
    [roleId],
  );
  for (const { id } of holders) await publishRightsChange(changes, String(id));
}

function without<T extends { readonly id: string }>(rules: readonly T[], others: readonly T[]): T[] {
  return rules.filter(({ id }) => !others.some((other) => other.id === id));
}
