/**
 * That a public key changed: told to who listens at a collaboration of the organization (its compute nodes, before they
 * encrypt anything more), and to the people of the organizations that share one with it.
 */
import { Arg, Field, ID, ObjectType, Resolver, Root, Subscription } from 'type-graphql';
import { notify } from '../notifications/notify.ts';
import type { Changes } from '../platform/data/writer.ts';
import { RowReference } from '../platform/graphql/payload.ts';
import { DateTimeScalar } from '../platform/graphql/scalars.ts';
import type { Change } from '../platform/live/judge.ts';
import { placeOf, watching } from '../platform/live/watch.ts';
import type { Watch } from '../platform/live/watch.ts';
import { notificationKind } from '../platform/mail/notification-kind.ts';
import { PublicKey } from './public-key.entity.ts';

/** Told to the members of an organization, and of those that share a collaboration with it. */
export const publicKeyChanged = notificationKind({
  name: 'organization.publicKeyChanged',
  description: 'An organization of a collaboration of yours has another public key, or none any more.',
});

/** A public key that is in force, or is not any more. */
@ObjectType({
  simpleResolvers: true,
  description: 'A public key that came into force; one with replacedAt was taken back.',
})
export class PublicKeyNotice {
  @Field(() => PublicKey)
  publicKey!: RowReference;
  @Field(() => DateTimeScalar)
  at!: string;
}

/** Subscriptions of public keys. */
@Resolver()
export class PublicKeySubscriptions {
  @Subscription(() => PublicKeyNotice, {
    subscribe: watching(watchKeys),
    description:
      'The public keys of the members of a collaboration, as they change: for whoever encrypts for them.',
  })
  publicKeyChanged(
    @Arg('collaborationId', () => ID) _collaborationId: string,
    @Root() notice: PublicKeyNotice,
  ): PublicKeyNotice {
    return notice;
  }
}

/** Tells of the present key of an organization, or of the one that it took back. */
export async function tellKeyChange(changes: Changes, organizationId: string): Promise<void> {
  const [key] = await changes.query(
    'SELECT id FROM public_keys WHERE organization_id = $1 ORDER BY key_version DESC LIMIT 1',
    [organizationId],
  );
  if (!key) return;
  const places = await changes.query(
    'SELECT collaboration_id AS id FROM collaboration_organizations WHERE organization_id = $1',
    [organizationId],
  );
  await changes.publish(
    ...places.map(
      ({ id }) =>
        ({
          topic: `publicKeys:${String(id)}`,
          kind: 'UPDATED',
          resource: 'PublicKey',
          id: String(key.id),
        }) as const,
    ),
  );
  const people = await changes.query(
    `SELECT DISTINCT m.user_id AS id FROM collaboration_organizations own
     JOIN collaboration_organizations other ON other.collaboration_id = own.collaboration_id
     JOIN memberships m ON m.organization_id = other.organization_id WHERE own.organization_id = $1`,
    [organizationId],
  );
  await notify(changes, {
    kind: publicKeyChanged,
    recipients: people.map(({ id }) => String(id)),
    subject: { resource: 'PublicKey', id: String(key.id) },
  });
}

function watchKeys({ collaborationId }: { collaborationId: string }): Watch {
  const place = placeOf('Collaboration', collaborationId, 'collaborationId');
  return { topic: `publicKeys:${place.id}`, place, message: noticeOf };
}

function noticeOf({ id, at }: Change): PublicKeyNotice {
  return { publicKey: new RowReference('PublicKey', id), at: at.toISOString() };
}
