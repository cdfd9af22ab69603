/** The root fields of the roles of people at events. A role is made by an accepted invite only. */
import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../platform/graphql/context.ts';
import { DeletePayload, deleted, payload } from '../platform/graphql/payload.ts';
import { EventMemberPayload } from './event-member.inputs.ts';
import { removeEventMember, updateEventMember } from './event-member.service.ts';
import { EventRole } from './event.states.ts';

/** Mutations of members of events. */
@Resolver()
export class EventMemberResolver {
  @Mutation(() => EventMemberPayload, {
    description: 'Gives a member another role; never OWNER, and never the owner.',
  })
  updateEventMember(
    @Arg('id', () => ID) id: string,
    @Arg('role', () => EventRole) role: EventRole,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('eventMember', 'EventMember', (await updateEventMember(changes, id, role)).id),
    );
  }

  @Mutation(() => DeletePayload, { description: "Ends a member's role, or one's own: leaves the event." })
  removeEventMember(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      deleted('EventMember', (await removeEventMember(changes, id)).id),
    );
  }
}
