/** The payload of changed roles at events. */
import { Field, ObjectType } from 'type-graphql';
import { EventMember } from './event-member.entity.ts';

/** A role that was changed. */
@ObjectType({ simpleResolvers: true })
export class EventMemberPayload {
  @Field(() => EventMember)
  eventMember!: unknown;
}
