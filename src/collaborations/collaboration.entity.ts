/** Collaborations: sets of organizations whose compute nodes work on common tasks. */
import { Unique } from '@mikro-orm/decorators/legacy';
import { ComputeNode, ComputeNodeArgs, ComputeNodeConnection } from '../compute-nodes/compute-node.entity.ts';
import {
  Organization,
  OrganizationArgs,
  OrganizationConnection,
} from '../organizations/organization.entity.ts';
import { Column, Connection, EntityBase, Resource } from '../platform/data/entity.ts';
import {
  conditions,
  connectionType,
  filterType,
  listArgs,
  orderType,
} from '../platform/graphql/connection.ts';
import { Task, TaskArgs, TaskConnection } from '../tasks/task.entity.ts';
import { CollaborationOrganization } from './collaboration-organization.entity.ts';

/** Organizations that let their compute nodes work on common tasks. */
@Resource('collaborations', 'Organizations that let their compute nodes work on common tasks.', 'name ASC')
@Unique({
  name: 'collaborations_name_unique',
  expression: 'create unique index collaborations_name_unique on collaborations (lower(name))',
})
export class Collaboration extends EntityBase {
  @Column('name')
  name!: string;
  @Column('boolean', {
    description:
      'Whether inputs and results are encrypted. Decided once: what was agreed on does not change.',
  })
  encrypted!: boolean;
  @Column('int', {
    default: '1',
    description: 'Increases with every change; pass it in an update to detect conflicting edits.',
  })
  version: number = 1;

  @Connection(() => Organization, () => ({ connection: OrganizationConnection, args: OrganizationArgs }), {
    through: () => CollaborationOrganization,
    own: 'collaboration',
    other: 'organization',
  })
  organizations!: unknown;
  @Connection(() => ComputeNode, () => ({ connection: ComputeNodeConnection, args: ComputeNodeArgs }), {
    by: 'collaboration',
  })
  computeNodes!: unknown;
  @Connection(() => Task, () => ({ connection: TaskConnection, args: TaskArgs }), { by: 'collaboration' })
  tasks!: unknown;
}

/** A page of collaborations. */
export const CollaborationConnection = connectionType('Collaboration', () => Collaboration);
/** Conditions on collaborations. */
export const CollaborationFilter = filterType('Collaboration', {
  id: conditions.id,
  name: conditions.text,
  encrypted: conditions.boolean,
  createdAt: conditions.time,
});
/** Orders of collaborations. */
export const CollaborationOrder = orderType('Collaboration', ['name', 'createdAt']);
/** The arguments of lists of collaborations. */
export const CollaborationArgs = listArgs(
  () => CollaborationFilter,
  () => CollaborationOrder,
);
