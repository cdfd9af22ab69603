/** The slice of accounts: users and how they prove who they are. */
import type { Slice } from '../platform/slice.ts';
import { User } from './user.entity.ts';
import { userPermissions } from './user.permissions.ts';

/** Accounts. */
export const accountSlice: Slice = { entities: [User], permissions: [userPermissions] };
