/** The root fields of e-mail addresses and passwords. */
import { Arg, Ctx, Info, Mutation, Resolver } from 'type-graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { PlainRow } from '../platform/data/reader/decode.ts';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import type { Context } from '../platform/graphql/context.ts';
import { EmailAddressScalar } from '../platform/graphql/scalars.ts';
import { confirmEmailChange, requestEmailChange, resendVerification, verifyEmail } from './address.service.ts';
import { loadViewer } from './authenticate.ts';
import { changePassword, requestPasswordReset, resetPassword } from './password.service.ts';
import { User } from './user.entity.ts';

type Place = FieldInfo & Pick<GraphQLResolveInfo, 'path'>;

const newPassword = { description: 'At least 8 characters, and hard to guess.' };

/** Mutations of addresses and passwords. */
@Resolver()
export class RecoveryResolver {
  @Mutation(() => User, { nullable: true, description: 'Verifies the e-mail address that the token was sent to.' })
  async verifyEmail(@Arg('token', () => String) token: string, @Ctx() context: Context, @Info() info: Place): Promise<PlainRow | null> {
    return proved(context, await verifyEmail(context, token), info);
  }

  @Mutation(() => Boolean, { description: 'Sends the mail again; answers the same whether or not there is such an account.' })
  async resendVerification(@Arg('email', () => EmailAddressScalar) email: string, @Ctx() context: Context): Promise<boolean> {
    await resendVerification(context, email);
    return true;
  }

  @Mutation(() => Boolean, { description: 'Sends a token to the address to be, and tells the old one; answers the same where somebody else has the address.' })
  async requestEmailChange(
    @Arg('newEmail', () => EmailAddressScalar) newEmail: string,
    @Arg('password', () => String) password: string,
    @Arg('oneTimePassword', () => String, { nullable: true, description: 'For accounts with a second factor.' }) oneTimePassword: string | null,
    @Ctx() context: Context,
  ): Promise<boolean> {
    await requestEmailChange(context, newEmail, { password, oneTimePassword: oneTimePassword ?? null });
    return true;
  }

  @Mutation(() => User, { nullable: true, description: 'Changes the e-mail address to the one that the token was sent to; it is verified then.' })
  async confirmEmailChange(@Arg('token', () => String) token: string, @Ctx() context: Context, @Info() info: Place): Promise<PlainRow | null> {
    return proved(context, await confirmEmailChange(context, token), info);
  }

  @Mutation(() => Boolean, { description: "Changes one's own password and ends all other sign-ins." })
  async changePassword(
    @Arg('oldPassword', () => String) oldPassword: string,
    @Arg('newPassword', () => String, newPassword) given: string,
    @Ctx() context: Context,
  ): Promise<boolean> {
    await changePassword(context, oldPassword, given);
    return true;
  }

  @Mutation(() => Boolean, { description: 'Sends a mail to choose a new password; answers the same, and as fast, whether or not there is such an account.' })
  async requestPasswordReset(@Arg('email', () => EmailAddressScalar) email: string, @Ctx() context: Context): Promise<boolean> {
    await requestPasswordReset(context, email);
    return true;
  }

  @Mutation(() => Boolean, { description: 'Sets a new password with the token of that mail, and ends all sign-ins.' })
  async resetPassword(
    @Arg('token', () => String) token: string,
    @Arg('newPassword', () => String, newPassword) given: string,
    @Arg('oneTimePassword', () => String, { nullable: true, description: 'For accounts with a second factor.' }) oneTimePassword: string | null,
    @Ctx() context: Context,
  ): Promise<boolean> {
    await resetPassword(context, token, given, oneTimePassword ?? null);
    return true;
  }
}

/** The account that a token proved, read as itself. */
async function proved(context: Context, userId: string, info: Place): Promise<PlainRow | null> {
  const account = await loadViewer(context.write.database, { userId, familyId: null, expiresAt: null });
  return account && context.readAs(account.viewer, info).single('User', { id: userId }, info);
}
