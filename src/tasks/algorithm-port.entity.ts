/** Ports: where the containers of a task reach one another, as their compute nodes say. */
import type { Rel } from '@mikro-orm/core';
import { Unique } from '@mikro-orm/decorators/legacy';
import { Column, EntityBase, Link, Resource } from '../platform/data/entity.ts';
import {
  conditions,
  connectionType,
  filterType,
  listArgs,
  orderType,
} from '../platform/graphql/connection.ts';
import { Result } from './result.entity.ts';

/** A port on which the container of a result can be reached. */
@Resource('algorithm_ports', 'A port on which the container of a result can be reached.', 'createdAt ASC')
@Unique({ properties: ['result', 'port'] })
export class AlgorithmPort extends EntityBase {
  @Link(() => Result, { onDelete: 'cascade' })
  result!: Rel<Result>;
  @Column('int', { guarded: true })
  port!: number;
  @Column('line', { nullable: true, longest: 255, description: 'What the algorithm calls it.' })
  label!: string | null;
  @Column('line', { description: 'Where other containers reach it, as host:port.' })
  address!: string;
}

/** A page of ports. */
export const AlgorithmPortConnection = connectionType('AlgorithmPort', () => AlgorithmPort, 'port');
/** Conditions on ports. */
export const AlgorithmPortFilter = filterType('AlgorithmPort', {
  id: conditions.id,
  label: conditions.text,
  result: conditions.id,
});
/** Orders of ports. */
export const AlgorithmPortOrder = orderType('AlgorithmPort', ['createdAt', 'label']);
/** The arguments of lists of ports. */
export const AlgorithmPortArgs = listArgs(
  () => AlgorithmPortFilter,
  () => AlgorithmPortOrder,
);
