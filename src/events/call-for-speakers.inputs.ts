/** The input of calls for speakers. Names and nullability are the contract's. */
import { Field, InputType, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../platform/graphql/scalars.ts';
import { CallForSpeakers } from './call-for-speakers.entity.ts';
import { EventPrivacy } from './event.states.ts';

/** When, and for whom, proposals are open. */
@InputType({
  description: 'When, and for whom, proposals are open. An absent key of a call that stands is left alone.',
})
export class CallForSpeakersInput {
  @Field(() => DateTimeScalar)
  startsAt!: Date;
  @Field(() => DateTimeScalar)
  endsAt!: Date;
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Until when late proposals are taken: after endsAt.',
  })
  softEndsAt?: Date | null;
  @Field(() => String, { nullable: true, description: 'HTML; what is not allowed in it is removed.' })
  announcement?: string | null;
  @Field(() => EventPrivacy, { nullable: true })
  privacy?: EventPrivacy | null;
  @Field(() => Boolean, { nullable: true })
  isEnabled?: boolean | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether pending sessions can be edited after the call has ended; false unless set.',
  })
  allowsEditsAfterEnd?: boolean | null;
}

/** A call that was set. */
@ObjectType({ simpleResolvers: true })
export class CallForSpeakersPayload {
  @Field(() => CallForSpeakers)
  callForSpeakers!: unknown;
}
