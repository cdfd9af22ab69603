/**
 * Syncs rules and default roles with the code, at every start: what is new is added, what has changed is set right, what
 * the code no longer has is removed, with whatever pointed to it. Ids are made from names, so that they are the same in
 * every installation and stay what they are.
 */
import { createHash } from 'node:crypto';
import type { CatalogueRule } from '../permissions/rules.ts';
import { catalogue } from '../permissions/rules.ts';
import type { Database } from '../platform/data/database.ts';
import { defaultRoles } from './default-roles.ts';

/** The uuid of a rule, the same everywhere. */
export function ruleId({ resource, operation, scope }: CatalogueRule): string {
  return stableId(`rule ${resource}:${operation}:${scope}`);
}

/** The uuid of a default role, the same everywhere. */
export function defaultRoleId(name: string): string {
  return stableId(`default role ${name}`);
}

/** Brings the rows of rules and default roles in line with the code. Safe to call from several processes at once. */
export async function syncRoles(database: Database): Promise<void> {
  const rules = catalogue.map((rule) => ({ ...rule, id: ruleId(rule), description: describe(rule) }));
  const roles = defaultRoles.map(({ name, description }) => ({
    id: defaultRoleId(name),
    name,
    description,
    is_default: true,
  }));
  const links = defaultRoles.flatMap(({ name, rules: held }) =>
    held.map((rule) => ({ role_id: defaultRoleId(name), rule_id: ruleId(rule) })),
  );
  await database.transaction(async ({ query }) => {
    await query(`SELECT pg_advisory_xact_lock(hashtext('convoke: roles'))`);
    await query(
      `INSERT INTO rules (id, resource, operation, scope, description)
       SELECT id, resource, operation, scope, description FROM jsonb_populate_recordset(NULL::rules, $1::jsonb)
       ON CONFLICT (id) DO UPDATE SET description = excluded.description, updated_at = now() WHERE rules.description <> excluded.description`,
      [JSON.stringify(rules)],
    );
    await query('DELETE FROM rules WHERE id <> ALL($1::uuid[])', [rules.map(({ id }) => id)]);
    await query('DELETE FROM roles WHERE is_default AND id <> ALL($1::uuid[])', [roles.map(({ id }) => id)]);
    await query(
      `INSERT INTO roles (id, name, description, is_default)
       SELECT id, name, description, true FROM jsonb_populate_recordset(NULL::roles, $1::jsonb)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, description = excluded.description, is_default = true, organization_id = NULL, updated_at = now()
       WHERE (roles.name, roles.description, roles.is_default, roles.organization_id) IS DISTINCT FROM (excluded.name, excluded.description, true, NULL::uuid)`,
      [JSON.stringify(roles)],
    );
    await query(
      `DELETE FROM role_rules l USING roles r WHERE r.id = l.role_id AND r.is_default AND NOT EXISTS (
         SELECT FROM jsonb_populate_recordset(NULL::role_rules, $1::jsonb) k WHERE k.role_id = l.role_id AND k.rule_id = l.rule_id)`,
      [JSON.stringify(links)],
    );
    await query(
      `INSERT INTO role_rules (role_id, rule_id) SELECT role_id, rule_id FROM jsonb_populate_recordset(NULL::role_rules, $1::jsonb)
       ON CONFLICT DO NOTHING`,
      [JSON.stringify(links)],
    );
  });
}

const reach = {
  OWN: 'one’s own',
  ORGANIZATION: 'those of the organization',
  COLLABORATION: 'those of its collaborations',
  GLOBAL: 'all',
} as const;

const objects: Record<CatalogueRule['resource'], string> = {
  organization: 'organizations',
  collaboration: 'collaborations',
  compute_node: 'compute nodes',
  task: 'tasks',
  result: 'results',
  role: 'roles',
  user: 'users',
  live: 'what is live',
  port: 'ports',
};

function describe({ resource, operation, scope }: CatalogueRule): string {
  const verb = `${operation[0]}${operation.slice(1).toLowerCase()}`;
  return `${verb} ${objects[resource]}: ${reach[scope]}`;
}

/** A uuid in the form of version 7 whose bits are the text's alone. */
function stableId(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `01900000-${hex.slice(0, 4)}-7${hex.slice(4, 7)}-8${hex.slice(7, 10)}-${hex.slice(10, 22)}`;
}
