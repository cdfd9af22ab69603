/** The settings over HTTP: twelve fields for everybody, the rest for staff, changed by staff alone. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { sentMails } from '../kit/mails.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

const everybodys = [
  'appName',
  'tagline',
  'analyticsKey',
  'stripePublishableKey',
  'googleUrl',
  'githubUrl',
  'twitterUrl',
  'supportUrl',
  'facebookUrl',
  'youtubeUrl',
  'androidAppUrl',
  'webAppUrl',
];
const values = Object.fromEntries(
  everybodys.map((field) => [field, field.endsWith('Url') ? `https://example.org/${field}` : `the ${field}`]),
);
const mail = { from: 'team@example.org', frontendUrl: 'https://conference.example' };
const whole = `{ settings { ${everybodys.join(' ')} mail { from frontendUrl } viewerCan } }`;
let server: TestServer;
let people: Record<'registered' | 'admin' | 'superAdmin', Person>;

beforeAll(async () => {
  server = await startServer();
  people = {
    registered: await createPerson(server),
    admin: await createPerson(server, { isAdmin: true }),
    superAdmin: await createPerson(server, { isSuperAdmin: true }),
  };
});
afterAll(() => server.close());

const update = (input: Record<string, unknown>, who?: Person) =>
  server.ask(
    'mutation ($input: UpdateSettingsInput!) { updateSettings(input: $input) { settings { appName } } }',
    { input },
    who,
  );

describe('settings', () => {
  it.each(['admin', 'superAdmin'] as const)('are changed and read whole by %s', async (who) => {
    expect((await update({ mail }, people.superAdmin)).errors).toBeUndefined();
    expect((await update({ ...values, mail: { from: mail.from } }, people[who])).errors).toBeUndefined();
    expect(await server.ask(whole, {}, people[who])).toEqual({
      data: { settings: { ...values, mail, viewerCan: ['VIEW', 'UPDATE'] } },
    });
  });

  it('are changed by nobody else', async () => {
    expect((await update({ appName: 'Mine' })).errors![0].extensions.code).toBe('UNAUTHENTICATED');
    expect(
      (await update({ mail: { from: 'mine@example.org' } }, people.registered)).errors![0].extensions.code,
    ).toBe('FORBIDDEN');
    expect((await server.ask('{ settings { appName } }')).data!.settings.appName).toBe('the appName');
    expect(await server.sql('SELECT mail_from FROM settings')).toEqual([{ mail_from: mail.from }]);
  });

  it.each(['nobody', 'registered'] as const)(
    'show %s the twelve fields, and one error for a group',
    async (who) => {
      const asker = who === 'nobody' ? undefined : people[who];
      const sent = await server.statements(async () => {
        const answer = await server.ask(whole, {}, asker);
        expect(answer.data!.settings).toEqual({ ...values, mail: null, viewerCan: ['VIEW'] });
        expect(answer.errors!.map(({ extensions }) => [extensions.code, extensions.field])).toEqual([
          ['FORBIDDEN', 'Settings.mail'],
        ]);
      });
      // Not read and withheld: the columns of the group are not asked for at all.
      expect(sent.filter((text) => text.includes('"settings"')).join()).not.toContain('mail_from');
    },
  );

  it.each(['mail.frontendUrl', 'files.staticDomain'])(
    'let a super admin alone say where %s leads people, and tell every super admin',
    async (name) => {
      const [group, key] = name.split('.');
      const other = await createPerson(server, { isSuperAdmin: true });
      const to = (url: string | null) => ({ tagline: 'changed with it', [group]: { [key]: url } });
      const read = async () =>
        (await server.ask(`{ settings { tagline ${group} { ${key} } } }`, {}, people.admin)).data!.settings;
      const before = await read();
      expect((await update(to('https://evil.example'), people.admin)).errors![0].extensions).toMatchObject({
        code: 'FORBIDDEN',
        field: `Settings.${name}`,
      });
      expect(await read()).toEqual(before);
      await sentMails(server);
      expect((await update(to('https://new.example'), people.superAdmin)).errors).toBeUndefined();
      const sent = await sentMails(server);
      expect(sent.map((one) => one.to).sort()).toEqual([people.superAdmin.email, other.email].sort());
      for (const { text } of sent) expect(text).toContain('https://new.example');
      expect((await update(to('https://new.example'), people.superAdmin)).errors).toBeUndefined();
      expect(await sentMails(server)).toEqual([]);
      await update(
        { ...to(name === 'mail.frontendUrl' ? mail.frontendUrl : null), tagline: values.tagline },
        people.superAdmin,
      );
      await sentMails(server);
      await server.sql('DELETE FROM users WHERE id = $1', [other.userId]);
    },
  );

  it('leave absent keys alone and clear what is null, in groups too', async () => {
    await update({ tagline: null, mail: { from: null } }, people.admin);
    expect(
      (await server.ask('{ settings { tagline appName mail { from frontendUrl } } }', {}, people.admin)).data!
        .settings,
    ).toEqual({
      tagline: null,
      appName: 'the appName',
      mail: { from: null, frontendUrl: mail.frontendUrl },
    });
  });

  it('refuse what is no address, with its path', async () => {
    for (const [input, path] of [
      [{ googleUrl: 'javascript:alert(1)' }, ['input', 'googleUrl']],
      [{ mail: { frontendUrl: 'ftp://example.org' } }, ['input', 'mail', 'frontendUrl']],
      [{ mail: { from: 'nobody' } }, ['input', 'mail', 'from']],
      [{ mail: { frontendUrl: `https://example.org/${'x'.repeat(990)}` } }, ['input', 'mail', 'frontendUrl']],
    ] as const) {
      const { errors } = await update(input, people.superAdmin);
      expect(errors![0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path }] });
    }
  });
});
