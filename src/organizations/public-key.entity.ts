/**
 * The public keys that organizations have and had: written by a trigger of the organizations' table, never changed, so that
 * what was encrypted with an old one stays attributable.
 */
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
import { Organization } from './organization.entity.ts';

/** One version of the public key of an organization. */
@Resource(
  'public_keys',
  'One version of the public key of an organization: in force from createdAt to replacedAt.',
  'createdAt DESC',
)
@Unique({ properties: ['organization', 'keyVersion'] })
export class PublicKey extends EntityBase {
  @Link(() => Organization, { onDelete: 'cascade' })
  organization!: Rel<Organization>;
  @Column('int', { description: 'What publicKeyVersion of the organization was with it.' })
  keyVersion!: number;
  @Column('opaque', { description: 'The base64 of the PEM of an RSA key of 4096 bits.' })
  publicKey!: string;
  @Column('opaque', { description: 'The SHA-256 of the PEM, in hexadecimal: to compare over the telephone.' })
  fingerprint!: string;
  @Column('time', {
    nullable: true,
    description: 'When it gave way to the next one, or was taken back; null for the present one.',
  })
  replacedAt!: Date | null;
}

/** A page of public keys. */
export const PublicKeyConnection = connectionType('PublicKey', () => PublicKey, 'public key');
/** Conditions on public keys. */
export const PublicKeyFilter = filterType('PublicKey', {
  id: conditions.id,
  keyVersion: conditions.int,
  fingerprint: conditions.text,
  createdAt: conditions.time,
  replacedAt: conditions.time,
});
/** Orders of public keys. */
export const PublicKeyOrder = orderType('PublicKey', ['createdAt']);
/** The arguments of lists of public keys. */
export const PublicKeyArgs = listArgs(
  () => PublicKeyFilter,
  () => PublicKeyOrder,
);
