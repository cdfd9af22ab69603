/** The verbs of organizations: create, update, delete. Who may is said by organization.permissions.ts. */
import type { Changes } from '../platform/data/writer.ts';
import { Statement, quote } from '../platform/data/sql.ts';
import { applyInput, assertVersion } from '../platform/data/writer.ts';
import { conflict } from '../platform/graphql/errors.ts';
import { cleanInput, withoutNulls, writtenFields } from '../platform/inputs.ts';
import type { CreateOrganizationInput, UpdateOrganizationInput } from './organization.inputs.ts';
import { Organization } from './organization.entity.ts';
import { tellKeyChange } from './public-key.live.ts';
import { publicKeyProblem } from './public-key.ts';

const fields = ['name', 'domain', 'address1', 'address2', 'zipcode', 'country', 'publicKey'] as const;

/** Makes an organization. Throws CONFLICT for a taken name. */
export async function createOrganization(
  changes: Changes,
  input: CreateOrganizationInput,
): Promise<Organization> {
  await changes.authorize('create', { resource: 'Organization', values: {} });
  const clean = withoutNulls(cleaned(input));
  await assertNameIsFree(changes, String(clean.name), null);
  const organization = changes.em.create(
    Organization,
    { publicKeyVersion: clean.publicKey ? 1 : 0 } as never,
    { partial: true },
  );
  applyInput(organization, clean, fields);
  changes.coverFields(organization, fields);
  await changes.em.persist(organization).flush();
  return organization;
}

/** Changes an organization; a compute node of its own sets its public key alone. Throws CONFLICT for a taken name or an old version. */
export async function updateOrganization(
  changes: Changes,
  id: string,
  input: UpdateOrganizationInput,
): Promise<Organization> {
  const organization = await changes.take(Organization, id, 'update');
  const { version, ...rest } = input;
  await changes.authorizeFields({ resource: 'Organization', id: organization.id }, writtenFields(rest));
  assertVersion(organization, version);
  const clean = cleaned(rest);
  if (typeof clean.name === 'string') await assertNameIsFree(changes, clean.name, organization.id);
  const isNewKey = clean.publicKey !== undefined && clean.publicKey !== organization.publicKey;
  if (isNewKey) organization.publicKeyVersion += 1;
  applyInput(organization, clean, fields);
  organization.version += 1;
  await changes.em.flush();
  if (isNewKey) await tellKeyChange(changes, organization.id);
  return organization;
}

/**
 * Deletes an organization with its memberships, roles and invites; events that it hosted go on without a host.
 * Throws CONFLICT while it is in a collaboration, and while there are tasks of its: whose they were, and who worked on
 * them, is kept as long as they are. How many there are is told of what the viewer may see alone.
 */
export async function deleteOrganization(changes: Changes, id: string): Promise<Organization> {
  const organization = await changes.take(Organization, id, 'delete');
  const collaborations = await usesOf(
    changes,
    'Collaboration',
    organization.id,
    (it, own) =>
      `EXISTS (SELECT FROM collaboration_organizations m WHERE m.collaboration_id = ${it}.id AND m.organization_id = ${own})`,
  );
  if (collaborations.some)
    throw conflict(
      `The organization is in ${counted(collaborations, 'collaboration')}: take it out of there first`,
      numbers({ collaborations }),
    );
  const tasks = await usesOf(changes, 'Task', organization.id, (it, own) => `${it}.initiator_id = ${own}`);
  const results = await usesOf(
    changes,
    'Result',
    organization.id,
    (it, own) =>
      `${it}.organization_id = ${own} AND EXISTS (SELECT FROM tasks t WHERE t.id = ${it}.task_id AND t.initiator_id <> ${own})`,
  );
  if (tasks.some || results.some) {
    const there = [
      tasks.some && `initiated ${counted(tasks, 'task')}`,
      results.some && `has ${counted(results, 'result')} of tasks of others`,
    ].filter(Boolean);
    throw conflict(
      `The organization ${there.join(' and ')}: delete these tasks first, or keep it`,
      numbers({ tasks, results }),
    );
  }
  await changes.em.remove(organization).flush();
  return organization;
}

/** What stands in the way: whether anything does, and how much of it, or null where the viewer may not see all of it. */
interface Uses {
  readonly some: boolean;
  readonly count: number | null;
}

async function usesOf(
  changes: Changes,
  resource: string,
  organizationId: string,
  isOf: (alias: string, own: string) => string,
): Promise<Uses> {
  const statement = new Statement();
  const { model, alias, visible } = changes.seen(resource, statement);
  const [{ all, seen }] = await changes.query(
    `SELECT count(*)::int AS all, (count(*) FILTER (WHERE ${visible}))::int AS seen FROM ${quote(model.table)} ${alias}
     WHERE ${isOf(alias, statement.param(organizationId, 'uuid'))}`,
    statement.values,
  );
  return { some: Number(all) > 0, count: all === seen ? Number(all) : null };
}

const counted = ({ count }: Uses, word: string): string =>
  count === null ? `${word}s that you may not see` : `${count} ${word}${count === 1 ? '' : 's'}`;

function numbers(uses: Readonly<Record<string, Uses>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(uses).flatMap(([name, { count }]) => (count === null ? [] : [[name, count]])),
  );
}

function cleaned<T extends UpdateOrganizationInput>(input: T): T {
  return cleanInput(Organization, input, {
    required: ['name'],
    check: (clean, problems) => {
      if (typeof clean.publicKey !== 'string') return;
      clean.publicKey = clean.publicKey.replace(/\s/g, '');
      const problem = publicKeyProblem(clean.publicKey);
      if (problem) problems.add('publicKey', problem);
    },
  });
}

async function assertNameIsFree(changes: Changes, name: string, id: string | null): Promise<void> {
  const taken = await changes.query(
    'SELECT FROM organizations WHERE lower(name) = lower($1) AND id IS DISTINCT FROM $2',
    [name.trim(), id],
  );
  if (taken.length > 0) throw conflict('There is an organization of this name already', { field: 'name' });
}
