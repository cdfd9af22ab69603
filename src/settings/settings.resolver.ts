/** The root fields of the settings. */
import { Arg, Ctx, Info, Mutation, Query, Resolver } from 'type-graphql';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import type { Context } from '../platform/graphql/context.ts';
import { payload } from '../platform/graphql/payload.ts';
import { Settings } from './settings.entity.ts';
import { SettingsPayload, UpdateSettingsInput } from './settings.inputs.ts';
import { updateSettings } from './settings.service.ts';

/** The query and the mutation of the settings. */
@Resolver()
export class SettingsResolver {
  @Query(() => Settings, { description: 'What administrators change while the server runs.' })
  settings(@Ctx() { read }: Context, @Info() info: FieldInfo) {
    return read.only('Settings', info);
  }

  @Mutation(() => SettingsPayload)
  updateSettings(
    @Arg('input', () => UpdateSettingsInput) input: UpdateSettingsInput,
    @Ctx() { write, config }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('settings', 'Settings', (await updateSettings(changes, config, input)).id),
    );
  }
}
