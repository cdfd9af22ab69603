/** Organizations: the parties that people belong to, that hold rules and roles, and that join in collaborations. */
import { Trigger, Unique } from '@mikro-orm/decorators/legacy';
import { User, UserArgs, UserConnection } from '../accounts/user.entity.ts';
import { CollaborationOrganization } from '../collaborations/collaboration-organization.entity.ts';
import {
  Collaboration,
  CollaborationArgs,
  CollaborationConnection,
} from '../collaborations/collaboration.entity.ts';
import { ComputeNode, ComputeNodeArgs, ComputeNodeConnection } from '../compute-nodes/compute-node.entity.ts';
import { Event, EventArgs, EventConnection } from '../events/event.entity.ts';
import { Column, Connection, EntityBase, Resource } from '../platform/data/entity.ts';
import {
  conditions,
  connectionType,
  filterType,
  listArgs,
  orderType,
} from '../platform/graphql/connection.ts';
import { Role, RoleArgs, RoleConnection } from '../roles/role.entity.ts';
import { Task, TaskArgs, TaskConnection } from '../tasks/task.entity.ts';
import {
  MembershipInvite,
  MembershipInviteArgs,
  MembershipInviteConnection,
} from './membership-invite.entity.ts';
import { Membership, MembershipArgs, MembershipConnection } from './membership.entity.ts';
import { PublicKey, PublicKeyArgs, PublicKeyConnection } from './public-key.entity.ts';

/** A legal party: a company, a hospital, a university. */
@Resource('organizations', 'A legal party: a company, a hospital, a university.', 'name ASC')
@Unique({
  name: 'organizations_name_unique',
  expression: 'create unique index organizations_name_unique on organizations (lower(name))',
})
@Trigger({
  name: 'organizations_public_keys',
  timing: 'after',
  events: ['insert', 'update'],
  // Whoever writes a key keeps the one before it.
  body:
    "if tg_op = 'UPDATE' and old.public_key is not distinct from new.public_key then return null; end if; " +
    'update public_keys set replaced_at = now(), updated_at = now() where organization_id = new.id and replaced_at is null; ' +
    'if new.public_key is not null then insert into public_keys (id, organization_id, key_version, public_key, fingerprint) ' +
    "values (gen_random_uuid(), new.id, new.public_key_version, new.public_key, encode(sha256(decode(new.public_key, 'base64')), 'hex')); end if; return null;",
})
export class Organization extends EntityBase {
  @Column('name')
  name!: string;
  @Column('line', { nullable: true })
  domain!: string | null;
  @Column('line', { nullable: true, guarded: true })
  address1!: string | null;
  @Column('line', { nullable: true, guarded: true })
  address2!: string | null;
  @Column('line', { nullable: true, guarded: true })
  zipcode!: string | null;
  @Column('line', { nullable: true })
  country!: string | null;
  @Column('opaque', {
    nullable: true,
    guarded: true,
    description:
      'The base64 of the PEM of an RSA key of 4096 bits; others encrypt for the organization with it.',
  })
  publicKey!: string | null;
  @Column('int', {
    default: '0',
    guarded: true,
    description: 'Counts the public keys that the organization has had.',
  })
  publicKeyVersion: number = 0;
  @Column('int', {
    default: '1',
    guarded: true,
    description: 'Increases with every change; pass it in an update to detect conflicting edits.',
  })
  version: number = 1;

  @Connection(
    () => PublicKey,
    () => ({ connection: PublicKeyConnection, args: PublicKeyArgs }),
    { by: 'organization' },
    {
      description: 'The public keys that it has and had, the newest first.',
    },
  )
  publicKeys!: unknown;
  @Connection(
    () => User,
    () => ({ connection: UserConnection, args: UserArgs }),
    { through: () => Membership, own: 'organization', other: 'user' },
    { description: 'The people who belong to it.' },
  )
  members!: unknown;
  @Connection(
    () => Membership,
    () => ({ connection: MembershipConnection, args: MembershipArgs }),
    { by: 'organization' },
    { description: 'Who belongs to it, with the roles and rules that they hold in it.' },
  )
  memberships!: unknown;
  @Connection(
    () => MembershipInvite,
    () => ({ connection: MembershipInviteConnection, args: MembershipInviteArgs }),
    { by: 'organization' },
    { description: 'Who was invited to join it.' },
  )
  membershipInvites!: unknown;
  @Connection(() => Collaboration, () => ({ connection: CollaborationConnection, args: CollaborationArgs }), {
    through: () => CollaborationOrganization,
    own: 'organization',
    other: 'collaboration',
  })
  collaborations!: unknown;
  @Connection(() => ComputeNode, () => ({ connection: ComputeNodeConnection, args: ComputeNodeArgs }), {
    by: 'organization',
  })
  computeNodes!: unknown;
  @Connection(
    () => Task,
    () => ({ connection: TaskConnection, args: TaskArgs }),
    { by: 'initiator' },
    { description: 'The tasks that it initiated.' },
  )
  tasks!: unknown;
  @Connection(
    () => Role,
    () => ({ connection: RoleConnection, args: RoleArgs }),
    { by: 'organization' },
    { description: 'Its own roles; default roles belong to no organization.' },
  )
  roles!: unknown;
  @Connection(
    () => Event,
    () => ({ connection: EventConnection, args: EventArgs }),
    { by: 'organization' },
    { description: 'The events that it hosts; private ones for their teams and staff.' },
  )
  events!: unknown;
}

/** A page of organizations. */
export const OrganizationConnection = connectionType('Organization', () => Organization);
/** Conditions on organizations. */
export const OrganizationFilter = filterType('Organization', {
  id: conditions.id,
  name: conditions.text,
  domain: conditions.text,
  country: conditions.text,
  createdAt: conditions.time,
});
/** Orders of organizations. */
export const OrganizationOrder = orderType('Organization', ['name', 'createdAt']);
/** The arguments of lists of organizations. */
export const OrganizationArgs = listArgs(
  () => OrganizationFilter,
  () => OrganizationOrder,
);
