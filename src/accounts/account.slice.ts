/** The slice of accounts: users and how they prove who they are. */
import { byCell, forEveryone, forSignedIn, forStaff } from '../permissions/operations.ts';
import { RateLimit } from '../platform/auth/rate-limit.entity.ts';
import { pruneTokens } from '../platform/auth/tokens.ts';
import type { Slice } from '../platform/slice.ts';
import { emailChangeMail, passwordResetMail, twoFactorResetMail, verificationMail } from './account.mail.ts';
import { AccountResolver } from './account.resolver.ts';
import { RecoveryResolver } from './recovery.resolver.ts';
import { SecondFactorResolver } from './second-factor.resolver.ts';
import {
  emailChangeNotice,
  lockedMail,
  newAdminMail,
  passwordChangedMail,
  twoFactorMail,
} from './security.mail.ts';
import {
  EmailToken,
  RecoveryCode,
  RefreshToken,
  SetUpSecret,
  TokenFamily,
  TwoFactor,
} from './tokens.entity.ts';
import { User } from './user.entity.ts';
import { userPermissions } from './user.permissions.ts';
import { UserResolver } from './user.resolver.ts';

/** Accounts. */
export const accountSlice: Slice = {
  entities: [User, TokenFamily, RefreshToken, EmailToken, TwoFactor, RecoveryCode, SetUpSecret, RateLimit],
  permissions: [userPermissions],
  resolvers: [AccountResolver, RecoveryResolver, SecondFactorResolver, UserResolver],
  operations: {
    Query: { viewer: forEveryone, users: forEveryone },
    Mutation: {
      signUp: forEveryone,
      signIn: forEveryone,
      refreshTokens: forEveryone,
      setUp: forEveryone,
      verifyEmail: forEveryone,
      resendVerification: forEveryone,
      confirmEmailChange: forEveryone,
      requestPasswordReset: forEveryone,
      resetPassword: forEveryone,
      requestTwoFactorReset: forEveryone,
      resetTwoFactor: forEveryone,
      signOut: forSignedIn,
      changePassword: forSignedIn,
      requestEmailChange: forSignedIn,
      startTwoFactor: forSignedIn,
      confirmTwoFactor: forSignedIn,
      disableTwoFactor: forSignedIn,
      regenerateRecoveryCodes: forSignedIn,
      updateUser: byCell('User', 'update'),
      deleteUser: byCell('User', 'delete'),
      restoreUser: forStaff,
      purgeUser: forStaff,
    },
  },
  mails: [
    verificationMail,
    emailChangeMail,
    passwordResetMail,
    twoFactorResetMail,
    lockedMail,
    passwordChangedMail,
    emailChangeNotice,
    twoFactorMail,
    newAdminMail,
  ],
  prune: [pruneTokens],
};
