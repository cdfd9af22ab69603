/** The slice of custom forms. */
import { byCell } from '../permissions/operations.ts';
import type { Slice } from '../platform/slice.ts';
import { CustomForm } from './custom-form.entity.ts';
import { customFormPermissions } from './custom-form.permissions.ts';
import { CustomFormResolver } from './custom-form.resolver.ts';

/** Custom forms. */
export const formSlice: Slice = {
  entities: [CustomForm],
  permissions: [customFormPermissions],
  resolvers: [CustomFormResolver],
  operations: {
    Mutation: {
      createCustomForm: byCell('CustomForm', 'create'),
      updateCustomForm: byCell('CustomForm', 'update'),
      deleteCustomForm: byCell('CustomForm', 'delete'),
      reorderCustomForms: byCell('CustomForm', 'update'),
    },
  },
};
