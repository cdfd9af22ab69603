/** The root fields of users. */
import { Arg, Args, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import type { Page } from '../platform/data/reader/list.ts';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import type { PageArgs } from '../platform/graphql/connection.ts';
import type { Context } from '../platform/graphql/context.ts';
import { Verbatim } from '../platform/graphql/json-text.ts';
import { DeletePayload, deleted, payload } from '../platform/graphql/payload.ts';
import { sayWhatIsTaken } from './person.ts';
import { UserArgs, UserConnection } from './user.entity.ts';
import { UpdateUserInput, UserPayload } from './user.inputs.ts';
import { purgeUser } from './user.purge.ts';
import { deleteUser, restoreUser, updateUser } from './user.service.ts';

/** Queries and mutations of users. */
@Resolver()
export class UserResolver {
  @Query(() => UserConnection, { description: 'Everybody with an account, for staff.' })
  @Verbatim()
  users(
    @Args(() => UserArgs) args: PageArgs,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<Page> {
    return read.list('User', args as never, info);
  }

  @Mutation(() => UserPayload)
  updateUser(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateUserInput) input: UpdateUserInput,
    @Ctx() { write }: Context,
  ) {
    return sayWhatIsTaken(() =>
      write.transaction(async (changes) =>
        payload('user', 'User', (await updateUser(changes, id, input)).id),
      ),
    );
  }

  @Mutation(() => DeletePayload, { description: 'Not while the person owns an event.' })
  deleteUser(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) => deleted('User', (await deleteUser(changes, id)).id));
  }

  @Mutation(() => UserPayload, {
    description: 'Brings a deleted account back; its id stands in the activity of its deletion.',
  })
  restoreUser(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return sayWhatIsTaken(() =>
      write.transaction(async (changes) => payload('user', 'User', await restoreUser(changes, id))),
    );
  }
  @Mutation(() => DeletePayload, {
    description:
      'Removes a deleted account for good. Profiles as a speaker stay as the programme shows them, without the person and what only the team read of them.',
  })
  purgeUser(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) => deleted('User', await purgeUser(changes, id)));
  }
}
