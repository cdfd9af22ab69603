/**
 * The tokens of accounts. Secrets are stored as their SHA-256 only, so who reads the database signs in as nobody.
 * Not types of the schema; written by platform/auth/tokens.ts, email-tokens.ts and one-time-password.ts.
 */
import type { Rel } from '@mikro-orm/core';
import {
  Check,
  Entity,
  Index,
  ManyToOne,
  OneToOne,
  PrimaryKey,
  Property,
  Unique,
} from '@mikro-orm/decorators/legacy';
import { v7 as uuidv7 } from 'uuid';
import { ComputeNode } from '../compute-nodes/compute-node.entity.ts';
import { User } from './user.entity.ts';

/** A time column; spread at each use, since the decorator keeps what it is given. */
const time = { columnType: 'timestamptz(3)', type: 'Date' } as const;

/** All tokens that come from one sign-in of a person, or of a compute node: they end together. */
@Entity({ tableName: 'token_families' })
@Check({ name: 'token_families_one_holder', expression: '(user_id is null) <> (compute_node_id is null)' })
export class TokenFamily {
  @PrimaryKey({ type: 'uuid' })
  id: string = uuidv7();
  @ManyToOne({ entity: () => User, nullable: true, deleteRule: 'cascade', fieldName: 'user_id', index: true })
  user!: Rel<User> | null;
  @ManyToOne({
    entity: () => ComputeNode,
    nullable: true,
    deleteRule: 'cascade',
    fieldName: 'compute_node_id',
    index: true,
  })
  computeNode!: Rel<ComputeNode> | null;
  @Property({ ...time, defaultRaw: 'now()' })
  createdAt: Date = new Date();
  /** When the last refresh token of the family expires. */
  @Property({ ...time })
  @Index()
  expiresAt!: Date;
  @Property({ ...time, nullable: true })
  endedAt!: Date | null;
}

/** A refresh token: good once. A second use shows that it was stolen, and ends its family. */
@Entity({ tableName: 'refresh_tokens' })
export class RefreshToken {
  @PrimaryKey({ type: 'uuid' })
  id: string = uuidv7();
  @ManyToOne({ entity: () => TokenFamily, deleteRule: 'cascade', fieldName: 'family_id', index: true })
  family!: Rel<TokenFamily>;
  @Property({ columnType: 'text', type: 'text' })
  @Unique()
  hash!: string;
  @Property({ ...time })
  expiresAt!: Date;
  @Property({ ...time, nullable: true })
  usedAt!: Date | null;
}

/** A token that was sent to an e-mail address: whoever returns it reads that address's mail. */
@Entity({ tableName: 'email_tokens' })
export class EmailToken {
  @PrimaryKey({ type: 'uuid' })
  id: string = uuidv7();
  @ManyToOne({ entity: () => User, deleteRule: 'cascade', fieldName: 'user_id', index: true })
  user!: Rel<User>;
  /** What the token is good for: a Purpose of email-tokens.ts. */
  @Property({ columnType: 'text', type: 'text' })
  purpose!: string;
  /** The address that it was sent to. */
  @Property({ columnType: 'text', type: 'text' })
  email!: string;
  @Property({ columnType: 'text', type: 'text' })
  @Unique()
  hash!: string;
  @Property({ ...time })
  @Index()
  expiresAt!: Date;
  @Property({ ...time, nullable: true })
  usedAt!: Date | null;
}

/** The seed of an account's one-time passwords. */
@Entity({ tableName: 'two_factors' })
export class TwoFactor {
  @OneToOne({ entity: () => User, deleteRule: 'cascade', fieldName: 'user_id', primary: true })
  user!: Rel<User>;
  /** Encrypted: see one-time-password.ts. */
  @Property({ columnType: 'text', type: 'text' })
  seed!: string;
  @Property({ ...time, defaultRaw: 'now()' })
  createdAt: Date = new Date();
  /** When a first code showed that the app has the seed; until then it is worth nothing. */
  @Property({ ...time, nullable: true })
  confirmedAt!: Date | null;
  /** The time step of the last code that was used: neither it nor an earlier one is taken again. */
  @Property({ columnType: 'bigint', type: 'bigint', nullable: true })
  lastStep!: string | null;
}

/** A code for whoever has lost the app: good once. */
@Entity({ tableName: 'recovery_codes' })
export class RecoveryCode {
  @PrimaryKey({ type: 'uuid' })
  id: string = uuidv7();
  @ManyToOne({ entity: () => User, deleteRule: 'cascade', fieldName: 'user_id', index: true })
  user!: Rel<User>;
  @Property({ columnType: 'text', type: 'text' })
  hash!: string;
  @Property({ ...time, nullable: true })
  usedAt!: Date | null;
}

/** A secret that a start without a super admin printed. */
@Entity({ tableName: 'set_up_secrets' })
export class SetUpSecret {
  @PrimaryKey({ columnType: 'text', type: 'text' })
  hash!: string;
  @Property({ ...time, defaultRaw: 'now()' })
  createdAt: Date = new Date();
  /** When it, or another one, made the first super admin. */
  @Property({ ...time, nullable: true })
  usedAt!: Date | null;
}
