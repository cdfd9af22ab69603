/**
 * Writes fixtures into the database: all of them in one transaction, or nothing. The same file again writes nothing twice:
 * organizations, collaborations, people, roles and compute nodes are known by their names, tasks by their image and how
 * often it stands there. What is there already stays as it is, and nobody gets a right that the file does not name.
 */
import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { App } from '../app.ts';
import { encrypt } from '../client/encryption.ts';
import { newApiKey, storedKey } from '../compute-nodes/api-key.ts';
import { publicKeyProblem } from '../organizations/public-key.ts';
import { serverViewer } from '../permissions/viewer.ts';
import { passwordProblems } from '../platform/auth/password-policy.ts';
import { hashPassword } from '../platform/auth/passwords.ts';
import type { Changes } from '../platform/data/writer.ts';
import { Writer } from '../platform/data/writer.ts';
import { EmailAddressScalar } from '../platform/graphql/scalars.ts';
import { defaultRoleId, ruleId } from '../roles/sync.ts';
import { defaultRoles } from '../roles/default-roles.ts';
import { tellCreated } from '../tasks/task.topics.ts';
import type { FixtureProblem, Fixtures } from './fixtures.reader.ts';
import { FixtureError, inconsistencies, ruleOf } from './fixtures.reader.ts';
import type { ImportPath } from './import-error.ts';
import { quote } from './import-error.ts';

/** How fixtures are imported. */
export interface FixtureOptions {
  /** Checks and counts, and writes nothing. */
  readonly dryRun?: boolean;
  /** Replaces passwords that are missing or too weak, and keys that are missing or used twice; the new ones are in the result. */
  readonly generatePasswords?: boolean;
}

/** The kinds of rows that are counted, in the order of the table. */
export const fixtureKinds = [
  'organizations',
  'users',
  'memberships',
  'roles',
  'assignments',
  'collaborations',
  'computeNodes',
  'tasks',
] as const;
/** A kind of rows. */
export type FixtureKind = (typeof fixtureKinds)[number];

/** A password or key that was made up, shown this once. */
export interface GeneratedSecret {
  readonly kind: 'password' | 'api_key';
  /** The username, or the names of the organization and the collaboration. */
  readonly of: string;
  readonly value: string;
}

/** What an import came to. */
export interface FixtureResult {
  readonly dryRun: boolean;
  readonly counts: Readonly<Record<FixtureKind, { written: number; present: number }>>;
  readonly generated: readonly GeneratedSecret[];
  /** What was taken otherwise than the file has it. */
  readonly notes: readonly string[];
}

/** Ends the transaction of a dry run. */
class DryRun extends Error {}

/** Imports fixtures. Throws FixtureError with everything that is wrong; nothing was written then. */
export async function importFixtures(
  { database, permissions }: Pick<App, 'database' | 'permissions'>,
  fixtures: Fixtures,
  options: FixtureOptions = {},
): Promise<FixtureResult> {
  const result: FixtureResult = {
    dryRun: options.dryRun === true,
    counts: Object.fromEntries(
      fixtureKinds.map((kind) => [kind, { written: 0, present: 0 }]),
    ) as FixtureResult['counts'],
    generated: [],
    notes: [],
  };
  const problems = inconsistencies(fixtures);
  if (problems.length > 0) throw new FixtureError(problems);
  try {
    await new Writer(database, permissions, serverViewer).transaction(async (changes) => {
      await changes.query(`SELECT pg_advisory_xact_lock(hashtext('convoke: fixtures'))`);
      await new FixtureWriter(changes, fixtures, options, result).write();
      if (options.dryRun) throw new DryRun();
    });
  } catch (error) {
    if (!(error instanceof DryRun)) throw error;
  }
  return result;
}

type FixtureOrganization = Fixtures['organizations'][number];
type FixtureUser = FixtureOrganization['users'][number];
type FixtureCollaboration = Fixtures['collaborations'][number];
type FixtureTask = FixtureCollaboration['tasks'][number];

/** An organization of the file or of the database. */
interface KnownOrganization {
  readonly id: string;
  readonly publicKey: string | null;
}

class FixtureWriter {
  private readonly organizations = new Map<string, KnownOrganization>();
  private readonly problems: FixtureProblem[] = [];
  private readonly keys = new Set<string>();

  constructor(
    private readonly changes: Changes,
    private readonly fixtures: Fixtures,
    private readonly options: FixtureOptions,
    private readonly result: FixtureResult,
  ) {}

  /** Checks what only the database can tell, then writes. */
  async write(): Promise<void> {
    const { organizations, collaborations } = this.fixtures;
    for (const [at, one] of organizations.entries()) await this.organization(one, ['organizations', at]);
    for (const [at, one] of collaborations.entries()) await this.collaboration(one, ['collaborations', at]);
    // The transaction that they were found in is rolled back.
    if (this.problems.length > 0) throw new FixtureError(this.problems);
  }

  private wrong(path: ImportPath, message: string): void {
    this.problems.push({ path, message });
  }

  /** Writes a row where there is none: counts which it was, and answers with the id. */
  private async once(
    kind: FixtureKind,
    found: Record<string, unknown> | undefined,
    write: () => Promise<string>,
  ): Promise<string> {
    if (found) {
      this.result.counts[kind].present += 1;
      return String(found.id);
    }
    this.result.counts[kind].written += 1;
    return write();
  }

  private async organization(one: FixtureOrganization, path: ImportPath): Promise<void> {
    const problem = one.public_key && publicKeyProblem(one.public_key);
    if (problem) {
      this.wrong([...path, 'public_key'], problem);
      return;
    }
    const [found] = await this.changes.query(
      'SELECT id, public_key AS "publicKey" FROM organizations WHERE lower(name) = lower($1)',
      [one.name],
    );
    const id = await this.once('organizations', found, () =>
      this.insert('organizations', 'Organization', {
        name: one.name,
        domain: one.domain,
        address1: one.address1,
        address2: one.address2,
        zipcode: one.zipcode,
        country: one.country,
        public_key: one.public_key,
        public_key_version: one.public_key ? 1 : 0,
      }),
    );
    this.organizations.set(one.name.toLowerCase(), {
      id,
      publicKey: found ? (found.publicKey as string | null) : one.public_key,
    });
    for (const role of one.roles) await this.role(id, role);
    for (const [at, user] of one.users.entries()) await this.user(id, user, [...path, 'users', at]);
  }

  private async role(
    organizationId: string,
    { name, description, rules }: FixtureOrganization['roles'][number],
  ): Promise<void> {
    const [found] = await this.changes.query(
      'SELECT id FROM roles WHERE organization_id = $1 AND lower(name) = lower($2)',
      [organizationId, name],
    );
    await this.once('roles', found, async () => {
      const id = await this.insert('roles', 'Role', { name, description, organization_id: organizationId });
      const ids = rules.map((rule) => ruleId(ruleOf(rule)!));
      await this.changes.query(
        'INSERT INTO role_rules (role_id, rule_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING',
        [id, ids],
      );
      return id;
    });
  }

  private async user(organizationId: string, user: FixtureUser, path: ImportPath): Promise<void> {
    const login = this.loginOf(user, path);
    if (!login) return;
    const [found] = await this.changes.query(
      'SELECT id FROM users WHERE (lower(username) = lower($1) OR lower(email) = lower($2)) AND deleted_at IS NULL',
      [login.username, login.email],
    );
    const password = found ? null : await this.passwordOf(user, [...path, 'password']);
    if (!found && password === null) return;
    const userId = await this.once('users', found, async () => {
      const row = {
        ...login,
        first_name: user.firstname,
        last_name: user.lastname,
        password_hash: await hashPassword(password!),
      };
      return this.insert('users', 'User', row);
    });
    const [member] = await this.changes.query(
      'SELECT id FROM memberships WHERE user_id = $1 AND organization_id = $2',
      [userId, organizationId],
    );
    const membershipId = await this.once('memberships', member, () =>
      this.insert('memberships', 'Membership', { user_id: userId, organization_id: organizationId }),
    );
    for (const name of user.roles) await this.assign(userId, membershipId, organizationId, name);
  }

  /** What a person signs in with. A username that is an address, without one beside it, is taken as the address. */
  private loginOf(
    { username, email }: FixtureUser,
    path: ImportPath,
  ): { username: string | null; email: string | null } | null {
    const isAddress = username.includes('@');
    const address = email ?? (isAddress ? username : null);
    let parsed: string | null = null;
    try {
      parsed = address === null ? null : EmailAddressScalar.parseValue(address);
    } catch {
      this.wrong([...path, email === null ? 'username' : 'email'], `${quote(address!)} is no e-mail address`);
      return null;
    }
    if (!isAddress && !/^[\p{L}\p{N}._-]{3,40}$/u.test(username)) {
      this.wrong(
        [...path, 'username'],
        'must be 3 to 40 letters, digits, dots, dashes and underscores, or an e-mail address',
      );
      return null;
    }
    if (isAddress && email === null)
      this.note(
        `${username}: the username is an e-mail address, and was taken as the address to sign in with`,
      );
    if (isAddress && email !== null)
      this.note(`${username}: a username cannot be an e-mail address; ${email} is there to sign in with`);
    return { username: isAddress ? null : username, email: parsed };
  }

  private note(text: string): void {
    (this.result.notes as string[]).push(text);
  }

  private async passwordOf(
    { username, firstname, lastname, email, password }: FixtureUser,
    path: ImportPath,
  ): Promise<string | null> {
    const [problem] =
      password === null
        ? [{ message: 'is missing' }]
        : await passwordProblems(password, [], { person: [username, firstname, lastname, email] });
    if (!problem) return password;
    if (this.options.generatePasswords)
      return this.generated('password', username, randomBytes(15).toString('base64url'));
    this.wrong(path, `${problem.message}; --generate-passwords makes one up`);
    return null;
  }

  private generated(kind: GeneratedSecret['kind'], of: string, value: string): string {
    (this.result.generated as GeneratedSecret[]).push({ kind, of, value });
    return value;
  }

  private async assign(
    userId: string,
    membershipId: string,
    organizationId: string,
    name: string,
  ): Promise<void> {
    const standard = defaultRoles.find((role) => role.name.toLowerCase() === name.toLowerCase());
    const [own] = await this.changes.query(
      'SELECT id FROM roles WHERE organization_id = $1 AND lower(name) = lower($2)',
      [organizationId, name],
    );
    const roleId = standard ? defaultRoleId(standard.name) : String(own.id);
    const [held] = await this.changes.query(
      'SELECT id FROM role_assignments WHERE user_id = $1 AND role_id = $2 AND membership_id = $3',
      [userId, roleId, membershipId],
    );
    await this.once('assignments', held, async () => {
      const id = uuidv7();
      await this.changes.query(
        'INSERT INTO role_assignments (id, user_id, role_id, membership_id) VALUES ($1, $2, $3, $4)',
        [id, userId, roleId, membershipId],
      );
      this.changes.record('ASSIGN_ROLE', 'User', userId);
      return id;
    });
  }

  private async collaboration(one: FixtureCollaboration, path: ImportPath): Promise<void> {
    const members: { name: string; organization: KnownOrganization }[] = [];
    for (const [at, { name }] of one.participants.entries()) {
      const organization =
        this.organizations.get(name.toLowerCase()) ?? (await this.storedOrganization(name));
      if (organization) members.push({ name, organization });
      else
        this.wrong(
          [...path, 'participants', at, 'name'],
          `there is no organization ${quote(name)}, neither in the file nor in the database`,
        );
    }
    const [found] = await this.changes.query(
      'SELECT id, encrypted FROM collaborations WHERE lower(name) = lower($1)',
      [one.name],
    );
    if (found && found.encrypted !== one.encrypted) {
      this.wrong(
        [...path, 'encrypted'],
        `the collaboration is there, and ${found.encrypted === true ? 'encrypted' : 'not encrypted'}; this does not change`,
      );
    }
    if (members.length < one.participants.length) return;
    const id = await this.once('collaborations', found, () =>
      this.insert('collaborations', 'Collaboration', { name: one.name, encrypted: one.encrypted }),
    );
    for (const [at, { name, organization }] of members.entries()) {
      await this.changes.query(
        'INSERT INTO collaboration_organizations (collaboration_id, organization_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
        [id, organization.id],
      );
      await this.computeNode(id, one, at, name, organization.id, [...path, 'participants', at, 'api_key']);
    }
    const numbers = new Map<string, number>();
    for (const [at, task] of one.tasks.entries()) {
      const number = (numbers.get(nameOf(task)) ?? 0) + 1;
      numbers.set(nameOf(task), number);
      await this.task(id, one, members, task, number, [...path, 'tasks', at]);
    }
  }

  private async storedOrganization(name: string): Promise<KnownOrganization | null> {
    const [found] = await this.changes.query(
      'SELECT id, public_key AS "publicKey" FROM organizations WHERE lower(name) = lower($1)',
      [name],
    );
    return (found as unknown as KnownOrganization | undefined) ?? null;
  }

  private async computeNode(
    collaborationId: string,
    { name: title, participants }: FixtureCollaboration,
    at: number,
    name: string,
    organizationId: string,
    path: ImportPath,
  ): Promise<void> {
    const [found] = await this.changes.query(
      'SELECT id FROM compute_nodes WHERE collaboration_id = $1 AND organization_id = $2',
      [collaborationId, organizationId],
    );
    const given = participants[at];
    const apiKey = found ? null : await this.apiKeyOf(given.api_key, `${name} - ${title}`, path);
    if (!found && apiKey === null) return;
    await this.once('computeNodes', found, () => {
      const { apiKeyPrefix, apiKeyHash } = storedKey(apiKey!);
      return this.insert('compute_nodes', 'ComputeNode', {
        name: given.node ?? `${name} - ${title}`,
        collaboration_id: collaborationId,
        organization_id: organizationId,
        api_key_prefix: apiKeyPrefix,
        api_key_hash: apiKeyHash,
      });
    });
  }

  /** A key is found by its first characters: no two may begin alike. */
  private async apiKeyOf(given: string | null, of: string, path: ImportPath): Promise<string | null> {
    const problem = await this.keyProblem(given);
    if (!problem) {
      this.keys.add(storedKey(given!).apiKeyPrefix);
      return given;
    }
    if (this.options.generatePasswords) return this.generated('api_key', of, newApiKey());
    this.wrong(path, `${problem}; --generate-passwords makes one up`);
    return null;
  }

  private async keyProblem(given: string | null): Promise<string | null> {
    if (given === null) return 'is missing';
    if (given.length < 32) return 'has fewer than 32 characters';
    const { apiKeyPrefix } = storedKey(given);
    const [taken] = await this.changes.query('SELECT FROM compute_nodes WHERE api_key_prefix = $1', [
      apiKeyPrefix,
    ]);
    return taken || this.keys.has(apiKeyPrefix) ? 'is used twice, or begins like another one' : null;
  }

  private async task(
    collaborationId: string,
    { encrypted }: FixtureCollaboration,
    members: readonly { name: string; organization: KnownOrganization }[],
    task: FixtureTask,
    number: number,
    path: ImportPath,
  ): Promise<void> {
    const { description, initiator, input, databases } = task;
    const owner = members.find(
      ({ name }) => name.toLowerCase() === (initiator ?? members[0].name).toLowerCase(),
    )!;
    const keyless = encrypted ? members.find(({ organization }) => !organization.publicKey) : undefined;
    if (keyless)
      return this.wrong(
        path,
        `the collaboration is encrypted, and ${quote(keyless.name)} has no public_key to encrypt the input for`,
      );
    const [known] = await this.changes.query(
      'SELECT count(*)::int AS n FROM tasks WHERE collaboration_id = $1 AND name = $2 AND image = $3 AND parent_id IS NULL',
      [collaborationId, nameOf(task), task.image],
    );
    await this.once('tasks', Number(known.n) >= number ? { id: collaborationId } : undefined, async () => {
      const [{ job }] = await this.changes.query(`SELECT nextval('task_job_ids')::int AS job`);
      const taskId = await this.insert('tasks', 'Task', {
        name: nameOf(task),
        description,
        image: task.image,
        database_labels: JSON.stringify(databases),
        job_id: job,
        collaboration_id: collaborationId,
        initiator_id: owner.organization.id,
      });
      for (const { organization } of members) {
        const text = input ?? '';
        await this.changes.query(
          `INSERT INTO results (id, task_id, organization_id, compute_node_id, input, deadline_at)
           SELECT $1, $2, $3, (SELECT id FROM compute_nodes WHERE collaboration_id = $4 AND organization_id = $3), $5,
             now() + make_interval(hours => (SELECT tasks_deadline_hours FROM settings))`,
          [
            uuidv7(),
            taskId,
            organization.id,
            collaborationId,
            encrypted ? encrypt(text, organization.publicKey!) : text,
          ],
        );
      }
      await tellCreated(this.changes, taskId);
      return taskId;
    });
  }

  private async insert(table: string, type: string, row: Record<string, unknown>): Promise<string> {
    const id = uuidv7();
    const columns = Object.keys(row);
    await this.changes.query(
      `INSERT INTO ${table} (id, ${columns.join(', ')}) VALUES ($1, ${columns.map((_, index) => `$${index + 2}`).join(', ')})`,
      [id, ...Object.values(row)],
    );
    this.changes.record('IMPORT', type, id);
    return id;
  }
}

/** What a task is called that the file gives no name. */
function nameOf(task: FixtureTask): string {
  return task.name ?? 'Example task';
}
