/** The root fields of e-mail addresses and passwords. */
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Changes } from '../platform/data/writer.ts';
import type { Context } from '../platform/graphql/context.ts';
import { RowReference } from '../platform/graphql/payload.ts';
import { EmailAddressScalar } from '../platform/graphql/scalars.ts';
import {
  confirmEmailChange,
  requestEmailChange,
  resendVerification,
  verifyEmail,
} from './address.service.ts';
import { loadViewer } from './authenticate.ts';
import { changePassword, requestPasswordReset, resetPassword } from './password.service.ts';
import { User } from './user.entity.ts';

const newPassword = { description: 'At least 8 characters, and hard to guess.' };

/** Mutations of addresses and passwords. */
@Resolver()
export class RecoveryResolver {
  @Mutation(() => User, {
    nullable: true,
    description: 'Verifies the e-mail address that the token was sent to.',
  })
  verifyEmail(@Arg('token', () => String) token: string, @Ctx() context: Context) {
    return verifyEmail(context, token, proved);
  }

  @Mutation(() => Boolean, {
    description: 'Sends the mail again; answers the same whether or not there is such an account.',
  })
  async resendVerification(
    @Arg('email', () => EmailAddressScalar) email: string,
    @Ctx() context: Context,
  ): Promise<boolean> {
    await resendVerification(context, email);
    return true;
  }

  @Mutation(() => Boolean, {
    description:
      'Sends a token to the address to be, and tells the old one; answers the same where somebody else has the address.',
  })
  async requestEmailChange(
    @Arg('newEmail', () => EmailAddressScalar) newEmail: string,
    @Arg('password', () => String) password: string,
    @Arg('oneTimePassword', () => String, {
      nullable: true,
      description: 'For accounts with a second factor.',
    })
    oneTimePassword: string | null,
    @Ctx() context: Context,
  ): Promise<boolean> {
    await requestEmailChange(context, newEmail, { password, oneTimePassword: oneTimePassword ?? null });
    return true;
  }

  @Mutation(() => User, {
    nullable: true,
    description: 'Changes the e-mail address to the one that the token was sent to; it is verified then.',
  })
  confirmEmailChange(@Arg('token', () => String) token: string, @Ctx() context: Context) {
    return confirmEmailChange(context, token, proved);
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

  @Mutation(() => Boolean, {
    description:
      'Sends a mail to choose a new password; answers the same, and as fast, whether or not there is such an account.',
  })
  async requestPasswordReset(
    @Arg('email', () => EmailAddressScalar) email: string,
    @Ctx() context: Context,
  ): Promise<boolean> {
    await requestPasswordReset(context, email);
    return true;
  }

  @Mutation(() => Boolean, {
    description: 'Sets a new password with the token of that mail, and ends all sign-ins.',
  })
  async resetPassword(
    @Arg('token', () => String) token: string,
    @Arg('newPassword', () => String, newPassword) given: string,
    @Arg('oneTimePassword', () => String, {
      nullable: true,
      description: 'For accounts with a second factor.',
    })
    oneTimePassword: string | null,
    @Ctx() context: Context,
  ): Promise<boolean> {
    await resetPassword(context, token, given, oneTimePassword ?? null);
    return true;
  }
}

/** The account that a token proved, read as itself. */
async function proved(changes: Changes, userId: string): Promise<RowReference | null> {
  const account = await loadViewer(changes, { userId, familyId: null, expiresAt: null });
  return account && new RowReference('User', userId, account.viewer);
}
