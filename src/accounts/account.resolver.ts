/** The root fields of signing up, in and out, and of the viewer. */
import { Arg, Ctx, Info, Mutation, Query, Resolver } from 'type-graphql';
import type { PlainRow } from '../platform/data/reader/decode.ts';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import type { Changes } from '../platform/data/writer.ts';
import type { Context } from '../platform/graphql/context.ts';
import { RowReference } from '../platform/graphql/payload.ts';
import { AuthPayload, SignInInput, SignUpInput } from './account.inputs.ts';
import { refresh, signIn, signOut, signUp } from './account.service.ts';
import { loadViewer } from './authenticate.ts';
import { setUp } from './set-up.ts';
import type { IssuedTokens } from '../platform/auth/tokens.ts';
import { User } from './user.entity.ts';

/** Queries and mutations of accounts. */
@Resolver()
export class AccountResolver {
  @Query(() => User, { nullable: true, description: 'The person who asks; null for who is not signed in.' })
  viewer(@Ctx() { viewer, read }: Context, @Info() info: FieldInfo): Promise<PlainRow | null> | null {
    return viewer.userId === null ? null : read.single('User', { id: viewer.userId }, info);
  }

  @Mutation(() => AuthPayload, {
    description: 'Makes an account, signs it in, and sends a mail to verify its address.',
  })
  async signUp(@Arg('input', () => SignUpInput) input: SignUpInput, @Ctx() context: Context) {
    return signUp(context, input, proof);
  }

  @Mutation(() => AuthPayload, {
    description:
      'Signs in by e-mail address or username. UNAUTHENTICATED with the reason ONE_TIME_PASSWORD_REQUIRED asks for a second factor.',
  })
  async signIn(@Arg('input', () => SignInInput) input: SignInInput, @Ctx() context: Context) {
    return signIn(context, input, proof);
  }

  @Mutation(() => AuthPayload, {
    description: 'New tokens for a refresh token, which is good once: a second use ends the sign-in.',
  })
  async refreshTokens(@Arg('refreshToken', () => String) refreshToken: string, @Ctx() context: Context) {
    return refresh(context, refreshToken, proof);
  }

  @Mutation(() => Boolean, { description: 'Ends the tokens of this sign-in, or of all.' })
  async signOut(
    @Arg('everywhere', () => Boolean, { nullable: true, defaultValue: false }) everywhere: boolean | null,
    @Ctx() context: Context,
  ): Promise<boolean> {
    await signOut(context, everywhere === true);
    return true;
  }

  @Mutation(() => AuthPayload, {
    description: 'Makes the first super admin, with the secret that a start without one prints.',
  })
  async setUp(
    @Arg('secret', () => String) secret: string,
    @Arg('input', () => SignUpInput) input: SignUpInput,
    @Ctx() context: Context,
  ) {
    return setUp(context, secret, input, proof);
  }
}

/** The payload of a mutation that proved an account; its viewer is read as that account. A compute node has none. */
async function proof(changes: Changes, tokens: IssuedTokens): Promise<AuthPayload> {
  const { accessToken, refreshToken, expiresAt, userId, familyId } = tokens;
  if (userId === null) return { accessToken, refreshToken, expiresAt, viewer: null };
  const proved = await loadViewer(changes, { userId, familyId, expiresAt: expiresAt.getTime() });
  return {
    accessToken,
    refreshToken,
    expiresAt,
    viewer: proved && new RowReference('User', userId, proved.viewer),
  };
}
