/** The slice of accounts: users and how they prove who they are. */
import { byCell, forEveryone, forSignedIn } from '../permissions/operations.ts';
import { RateLimit } from '../platform/auth/rate-limit.entity.ts';
import { pruneTokens } from '../platform/auth/tokens.ts';
import type { Slice } from '../platform/slice.ts';
import { verificationMail } from './account.mail.ts';
import { AccountResolver } from './account.resolver.ts';
import { EmailToken, RefreshToken, TokenFamily } from './tokens.entity.ts';
import { User } from './user.entity.ts';
import { userPermissions } from './user.permissions.ts';
import { UserResolver } from './user.resolver.ts';

/** Accounts. */
export const accountSlice: Slice = {
  entities: [User, TokenFamily, RefreshToken, EmailToken, RateLimit],
  permissions: [userPermissions],
  resolvers: [AccountResolver, UserResolver],
  operations: {
    Query: { viewer: forEveryone, users: forEveryone },
    Mutation: {
      signUp: forEveryone,
      signIn: forEveryone,
      refreshTokens: forEveryone,
      setUp: forEveryone,
      verifyEmail: forEveryone,
      resendVerification: forEveryone,
      signOut: forSignedIn,
      changePassword: forSignedIn,
      updateUser: byCell('User', 'update'),
      deleteUser: byCell('User', 'delete'),
    },
  },
  mails: [verificationMail],
  prune: [pruneTokens],
};
