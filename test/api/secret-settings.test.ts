/**
 * A secret among the settings, over HTTP: written by staff, encrypted in the table, in no read ever again. No group of the
 * application has one yet, so this file declares a group of its own, as docs/guides/add-a-setting.md says.
 */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Field } from 'type-graphql';
import { Group, Setting, SettingsGroup, inputOf } from '../../src/platform/settings/group.ts';
import { settingsOf } from '../../src/platform/settings/read.ts';
import { Settings } from '../../src/settings/settings.entity.ts';
import { UpdateSettingsInput } from '../../src/settings/settings.inputs.ts';
import { settingsPermissions } from '../../src/settings/settings.permissions.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { codes } from '../kit/event-rows.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

class VaultSettings {
  key!: string | null;
  label!: string | null;
}
Setting('secret', { description: 'Opens the vault.' })(VaultSettings.prototype, 'key');
Setting('line', { description: 'What the vault is called.' })(VaultSettings.prototype, 'label');
SettingsGroup('VaultSettings', 'A vault.')(VaultSettings);
Group(VaultSettings)(Settings.prototype, 'vault');
Field(() => inputOf(VaultSettings), { nullable: true })(UpdateSettingsInput.prototype, 'vault');
Object.assign(settingsPermissions.guarded, { vault: { read: ['staff'] } });

let server: TestServer;
let admin: Person, superAdmin: Person, registered: Person;

beforeAll(async () => {
  server = await startServer();
  await server.sql('ALTER TABLE settings ADD COLUMN vault_key text, ADD COLUMN vault_label text');
  [admin, superAdmin, registered] = [
    await createPerson(server, { isAdmin: true }),
    await createPerson(server, { isSuperAdmin: true }),
    await createPerson(server),
  ];
});
afterAll(() => server.close());

const update = (vault: object, who?: Person) =>
  server.ask(
    'mutation ($input: UpdateSettingsInput!) { updateSettings(input: $input) { settings { vault { keyIsSet label } } } }',
    { input: { vault } },
    who,
  );
const read = (who?: Person) => server.ask('{ settings { vault { keyIsSet label } } }', {}, who);
const column = async () =>
  (await server.sql('SELECT vault_key AS key FROM settings'))[0].key as string | null;

describe('a secret setting', () => {
  it('is written by staff, shows as set, and is in no read, in clear in no table and for code alone', async () => {
    expect((await read(admin)).data!.settings.vault).toEqual({ keyIsSet: false, label: null });
    expect(
      (await update({ key: 'open sesame', label: 'Ours' }, admin)).data!.updateSettings.settings.vault,
    ).toEqual({ keyIsSet: true, label: 'Ours' });
    for (const who of [admin, superAdmin]) {
      expect((await read(who)).data!.settings.vault).toEqual({ keyIsSet: true, label: 'Ours' });
      for (const selection of ['vault { key }', 'vaultKey'])
        expect(codes(await server.ask(`{ settings { ${selection} } }`, {}, who))).toEqual([
          'GRAPHQL_VALIDATION_FAILED',
        ]);
    }
    expect(await column()).toMatch(/^v1\./);
    for (const table of ['settings', 'activities', 'outbox', 'notices']) {
      expect([table, await server.sql(`SELECT FROM ${table} t WHERE t::text LIKE '%sesame%'`)]).toEqual([
        table,
        [],
      ]);
    }
    const [{ changes }] = await server.sql(
      `SELECT field_changes AS changes FROM activities WHERE mutation = 'updateSettings' ORDER BY created_at DESC LIMIT 1`,
    );
    expect(changes).toEqual(expect.arrayContaining([{ field: 'vaultKey' }]));
    expect((await settingsOf(server.app, VaultSettings)).key).toBe('open sesame');
  });

  it('is nobody else’s to write, or to know whether it is set', async () => {
    const before = await column();
    expect([codes(await update({ key: 'mine' })), codes(await update({ key: 'mine' }, registered))]).toEqual([
      ['UNAUTHENTICATED'],
      ['FORBIDDEN'],
    ]);
    expect(await column()).toBe(before);
    for (const who of [undefined, registered]) {
      const answer = await read(who);
      expect([answer.data!.settings.vault, answer.errors![0].extensions.field]).toEqual([
        null,
        'Settings.vault',
      ]);
    }
  });

  it('stays where it is not named, is cleared by null, and is never empty', async () => {
    const before = await column();
    expect(codes(await update({ label: 'Theirs' }, admin))).toEqual([]);
    expect(codes(await update({ key: ' ' }, admin))).toEqual(['BAD_USER_INPUT input.vault.key']);
    expect(await column()).toBe(before);
    expect((await update({ key: null }, admin)).data!.updateSettings.settings.vault).toEqual({
      keyIsSet: false,
      label: 'Theirs',
    });
    expect([await column(), (await settingsOf(server.app, VaultSettings)).key]).toEqual([null, null]);
  });
});
