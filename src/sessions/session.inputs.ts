/** The inputs of sessions. Names and nullability are the contract's. */
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar, JsonScalar, UrlScalar } from '../platform/graphql/scalars.ts';
import { Session } from './session.entity.ts';
import { SessionState } from './session.states.ts';

const html = 'HTML; what is not allowed in it is removed.';
const byTeam = 'Set by the team of the event and staff only.';

/** What a session's creator and its editors may say alike. */
@InputType()
abstract class SessionDetails {
  @Field(() => String, { nullable: true })
  subtitle?: string | null;
  @Field(() => String, { nullable: true })
  level?: string | null;
  @Field(() => String, { nullable: true })
  language?: string | null;
  @Field(() => String, { nullable: true, description: html })
  shortAbstract?: string | null;
  @Field(() => String, { nullable: true, description: html })
  longAbstract?: string | null;
  @Field(() => String, { nullable: true, description: `Notes for the team. ${html}` })
  comments?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  website?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  twitter?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  facebook?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  github?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  linkedin?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  instagram?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  gitlab?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  mastodon?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  slidesUrl?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  videoUrl?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  audioUrl?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  signupUrl?: string | null;
  @Field(() => JsonScalar, {
    nullable: true,
    description:
      'Answers to the custom fields of the form, by fieldIdentifier: an absent key is left alone, null clears it.',
  })
  answers?: unknown;
  @Field(() => DateTimeScalar, { nullable: true, description: byTeam })
  startsAt?: Date | null;
  @Field(() => DateTimeScalar, { nullable: true, description: byTeam })
  endsAt?: Date | null;
  @Field(() => Int, { nullable: true, description: `The place in the programme. ${byTeam}` })
  order?: number | null;
  @Field(() => ID, { nullable: true, description: 'A track of the same event.' })
  trackId?: string | null;
  @Field(() => ID, { nullable: true, description: `A room of the same event. ${byTeam}` })
  roomId?: string | null;
  @Field(() => ID, { nullable: true, description: 'A session type of the same event.' })
  sessionTypeId?: string | null;
  @Field(() => [ID], {
    nullable: true,
    description:
      'All who speak in it: profiles of the same event that the viewer may update, and those who speak already.',
  })
  speakerIds?: string[] | null;
}

/** A new session. */
@InputType({ description: 'A new session of an event.' })
export class CreateSessionInput extends SessionDetails {
  @Field(() => ID)
  eventId!: string;
  @Field(() => String)
  title!: string;
  @Field(() => SessionState, {
    nullable: true,
    defaultValue: SessionState.PENDING,
    description: 'PENDING or DRAFT; the team of the event and staff may say any.',
  })
  state?: SessionState | null;
  @Field(() => String, { nullable: true, description: 'The hash of a private call for speakers.' })
  callHash?: string | null;
}

/** Changes to a session. */
@InputType({
  description:
    'Changes to a session: an absent key is left alone, null clears it. transitionSession gives it another state.',
})
export class UpdateSessionInput extends SessionDetails {
  @Field(() => String, { nullable: true })
  title?: string | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Fails with CONFLICT if the stored version differs.',
  })
  version?: number | null;
}

/** A session that was written. */
@ObjectType({ simpleResolvers: true })
export class SessionPayload {
  @Field(() => Session, {
    nullable: true,
    description: 'Null where the viewer may no longer see it: who no longer speaks in it.',
  })
  session!: unknown;
}

/** Why one of many was refused. */
@ObjectType({ simpleResolvers: true, description: 'Why one of many was refused.' })
export class ItemError {
  @Field(() => String, { description: 'One of the codes of errors.' })
  code!: string;
  @Field(() => String)
  message!: string;
}

/** What became of the step of one session. */
@ObjectType({
  simpleResolvers: true,
  description: 'What became of the step of one session: exactly one of session and error.',
})
export class SessionStepResult {
  @Field(() => ID, { description: 'As it was given.' })
  id!: string;
  @Field(() => Session, { nullable: true })
  session!: unknown;
  @Field(() => ItemError, { nullable: true })
  error!: ItemError | null;
}

/** The steps of many sessions. */
@ObjectType({ simpleResolvers: true })
export class BulkTransitionSessionsPayload {
  @Field(() => [SessionStepResult], { description: 'In the order of the ids.' })
  results!: SessionStepResult[];
}
