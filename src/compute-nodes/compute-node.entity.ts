/** Compute nodes: the machines of organizations, one for each collaboration that an organization takes part in. */
import type { Rel } from '@mikro-orm/core';
import { Trigger, Unique } from '@mikro-orm/decorators/legacy';
import { Collaboration } from '../collaborations/collaboration.entity.ts';
import { Organization } from '../organizations/organization.entity.ts';
import { Column, Computed, EntityBase, Link, Resource } from '../platform/data/entity.ts';
import {
  conditions,
  connectionType,
  filterType,
  listArgs,
  orderType,
} from '../platform/graphql/connection.ts';
import { ComputeNodeConfiguration } from './compute-node.configuration.ts';

/** The machine of an organization in a collaboration. */
@Resource('compute_nodes', 'The machine of an organization in a collaboration.', 'name ASC')
@Unique({ properties: ['organization', 'collaboration'] })
@Trigger({
  name: 'compute_nodes_presence',
  timing: 'after',
  events: ['update'],
  // Whatever renews or ends the lease tells of it (compute-node.live.ts), as Changes.publish would.
  body:
    'if (old.online_until is null) = (new.online_until is null) then return null; end if; ' +
    'declare told record; begin for told in insert into notices (topic, payload) select topic, jsonb_build_object( ' +
    "'kind', 'UPDATED', 'resource', 'ComputeNode', 'id', new.id, 'data', jsonb_build_object('online', new.online_until is not null), " +
    "'transaction', pg_current_xact_id()::text) from unnest(array['computeNodes', 'computeNodes:' || new.collaboration_id]) topic returning id, topic " +
    "loop perform pg_notify('notices', json_build_array(told.id::text, told.topic)::text); end loop; end; return null;",
})
export class ComputeNode extends EntityBase {
  @Column('name')
  name!: string;
  @Link(() => Organization, { onDelete: 'restrict' })
  organization!: Rel<Organization>;
  @Link(() => Collaboration, { onDelete: 'cascade' })
  collaboration!: Rel<Collaboration>;
  /** The first characters of its API key, by which the row is found; not a secret by themselves. */
  @Column('opaque', { api: false })
  @Unique()
  apiKeyPrefix!: string;
  /** The SHA-256 of its API key. */
  @Column('opaque', { api: false })
  apiKeyHash!: string;
  @Column('time', { nullable: true, description: 'When it was last heard of; null for one that never was.' })
  lastSeenAt!: Date | null;
  /** The end of its lease: each sign of life renews it, and it is cleared when it ended without one (presence.ts). */
  @Column('time', { nullable: true, api: false })
  onlineUntil!: Date | null;
  @Column('json', { nullable: true, api: false })
  reported!: unknown;
  @Column('int', {
    default: '1',
    description: 'Increases with every change; pass it in an update to detect conflicting edits.',
  })
  version: number = 1;

  @Computed<string | null>(
    () => Boolean,
    { columns: ['onlineUntil'] },
    ({ onlineUntil }) => onlineUntil !== null && Date.parse(onlineUntil) > Date.now(),
    {
      description: 'Whether it has given a sign of life within its lease.',
    },
  )
  online!: boolean;
  @Computed(() => ComputeNodeConfiguration, { columns: ['reported'] }, ({ reported }) => reported, {
    nullable: true,
    description: 'What it last reported of itself.',
  })
  configuration!: ComputeNodeConfiguration | null;
}

/** A page of compute nodes. */
export const ComputeNodeConnection = connectionType('ComputeNode', () => ComputeNode, 'compute node');
/** Conditions on compute nodes. */
export const ComputeNodeFilter = filterType('ComputeNode', {
  id: conditions.id,
  name: conditions.text,
  organization: conditions.id,
  collaboration: conditions.id,
  lastSeenAt: conditions.time,
  createdAt: conditions.time,
});
/** Orders of compute nodes. */
export const ComputeNodeOrder = orderType('ComputeNode', ['name', 'lastSeenAt', 'createdAt']);
/** The arguments of lists of compute nodes. */
export const ComputeNodeArgs = listArgs(
  () => ComputeNodeFilter,
  () => ComputeNodeOrder,
);
