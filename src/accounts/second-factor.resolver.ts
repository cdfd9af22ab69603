/** The root fields of the second factor. */
import { Arg, Ctx, Field, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Context } from '../platform/graphql/context.ts';
import {
  confirmTwoFactor,
  disableTwoFactor,
  regenerateRecoveryCodes,
  requestTwoFactorReset,
  resetTwoFactor,
  startTwoFactor,
} from './second-factor.service.ts';

/** What an app needs to make codes. */
@ObjectType({
  simpleResolvers: true,
  description: 'What an authenticator app needs to make codes. It is shown once.',
})
export class StartTwoFactorPayload {
  @Field(() => String, { description: 'To be typed where nothing can be scanned.' })
  secret!: string;
  @Field(() => String, { description: 'otpauth://… for apps on the same device.' })
  uri!: string;
  @Field(() => String, { description: 'The uri as a QR code: an SVG document.' })
  qrCode!: string;
}

/** Codes for whoever has lost the app. */
@ObjectType({
  simpleResolvers: true,
  description:
    'Codes for whoever has lost the app, each good once in place of a one-time password. They are shown once.',
})
export class RecoveryCodesPayload {
  @Field(() => [String])
  recoveryCodes!: string[];
}

const codeOf = { description: 'A code of the app, or a recovery code.' };

/** Mutations of the second factor. */
@Resolver()
export class SecondFactorResolver {
  @Mutation(() => StartTwoFactorPayload, {
    description: 'Begins to switch a second factor on; confirmTwoFactor with a first code does it.',
  })
  startTwoFactor(@Arg('password', () => String) password: string, @Ctx() context: Context) {
    return startTwoFactor(context, password);
  }

  @Mutation(() => RecoveryCodesPayload, {
    description: 'Switches the second factor on, and ends all other sign-ins.',
  })
  async confirmTwoFactor(@Arg('code', () => String) code: string, @Ctx() context: Context) {
    return { recoveryCodes: await confirmTwoFactor(context, code) };
  }

  @Mutation(() => Boolean)
  async disableTwoFactor(
    @Arg('password', () => String) password: string,
    @Arg('oneTimePassword', () => String, codeOf) oneTimePassword: string,
    @Ctx() context: Context,
  ): Promise<boolean> {
    await disableTwoFactor(context, password, oneTimePassword);
    return true;
  }

  @Mutation(() => RecoveryCodesPayload, {
    description: 'New recovery codes; the old ones are worth nothing.',
  })
  async regenerateRecoveryCodes(
    @Arg('password', () => String) password: string,
    @Arg('oneTimePassword', () => String, codeOf) oneTimePassword: string,
    @Ctx() context: Context,
  ) {
    return { recoveryCodes: await regenerateRecoveryCodes(context, password, oneTimePassword) };
  }

  @Mutation(() => Boolean, {
    description: 'For whoever has lost app and recovery codes: sends a mail to who knows the password.',
  })
  async requestTwoFactorReset(
    @Arg('login', () => String, { description: 'The e-mail address or the username.' }) login: string,
    @Arg('password', () => String) password: string,
    @Ctx() context: Context,
  ): Promise<boolean> {
    await requestTwoFactorReset(context, login, password);
    return true;
  }

  @Mutation(() => Boolean, {
    description:
      'Switches the second factor off with the token of that mail and the password; ends all sign-ins.',
  })
  async resetTwoFactor(
    @Arg('token', () => String) token: string,
    @Arg('password', () => String) password: string,
    @Ctx() context: Context,
  ): Promise<boolean> {
    await resetTwoFactor(context, token, password);
    return true;
  }
}
