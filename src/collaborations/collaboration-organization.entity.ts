/** Which organizations are members of which collaboration. */
import type { Rel } from '@mikro-orm/core';
import { Entity, ManyToOne } from '@mikro-orm/decorators/legacy';
import { Organization } from '../organizations/organization.entity.ts';
import { Collaboration } from './collaboration.entity.ts';

/** An organization's membership of a collaboration; not a type of the schema. An organization does not go while it is in one. */
@Entity({ tableName: 'collaboration_organizations' })
export class CollaborationOrganization {
  @ManyToOne({
    entity: () => Collaboration,
    primary: true,
    deleteRule: 'cascade',
    fieldName: 'collaboration_id',
  })
  collaboration!: Rel<Collaboration>;
  @ManyToOne({
    entity: () => Organization,
    primary: true,
    deleteRule: 'restrict',
    fieldName: 'organization_id',
    index: true,
  })
  organization!: Rel<Organization>;
}
