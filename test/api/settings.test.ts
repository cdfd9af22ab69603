/** The settings over HTTP: twelve fields for everybody, the rest for staff, changed by staff alone. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

const everybodys = [
  'appName', 'tagline', 'analyticsKey', 'stripePublishableKey', 'googleUrl', 'githubUrl', 'twitterUrl', 'supportUrl', 'facebookUrl',
  'youtubeUrl', 'androidAppUrl', 'webAppUrl',
];
const staffs = ['frontendUrl', 'mailFrom'];
const values = Object.fromEntries(
  [...everybodys, ...staffs].map((field) => [field, field === 'mailFrom' ? 'team@example.org' : field.endsWith('Url') ? `https://example.org/${field}` : `the ${field}`]),
);
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
  server.ask('mutation ($input: UpdateSettingsInput!) { updateSettings(input: $input) { settings { appName } } }', { input }, who);

describe('settings', () => {
  it.each(['admin', 'superAdmin'] as const)('are changed and read whole by %s', async (who) => {
    expect((await update(values, people[who])).errors).toBeUndefined();
    const answer = await server.ask(`{ settings { ${Object.keys(values).join(' ')} viewerCan } }`, {}, people[who]);
    expect(answer).toEqual({ data: { settings: { ...values, viewerCan: ['VIEW', 'UPDATE'] } } });
  });

  it('are changed by nobody else', async () => {
    expect((await update({ appName: 'Mine' })).errors![0].extensions.code).toBe('UNAUTHENTICATED');
    expect((await update({ appName: 'Mine' }, people.registered)).errors![0].extensions.code).toBe('FORBIDDEN');
    expect((await server.ask('{ settings { appName } }')).data!.settings.appName).toBe('the appName');
  });

  it.each(['nobody', 'registered'] as const)('show %s the twelve fields, and one error for each of the others', async (who) => {
    const asker = who === 'nobody' ? undefined : people[who];
    const answer = await server.ask(`{ settings { ${Object.keys(values).join(' ')} viewerCan } }`, {}, asker);
    const hidden = Object.fromEntries(staffs.map((field) => [field, null]));
    expect(answer.data!.settings).toEqual({ ...values, ...hidden, viewerCan: ['VIEW'] });
    expect(answer.errors!.map(({ extensions }) => [extensions.code, extensions.field])).toEqual(staffs.map((field) => ['FORBIDDEN', `Settings.${field}`]));
  });

  it('leave absent keys alone and clear what is null', async () => {
    await update({ tagline: null }, people.admin);
    expect((await server.ask('{ settings { tagline appName } }')).data!.settings).toEqual({ tagline: null, appName: 'the appName' });
  });

  it('refuse what is no address, with its path', async () => {
    const { errors } = await update({ googleUrl: 'javascript:alert(1)' }, people.admin);
    expect(errors![0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path: ['input', 'googleUrl'] }] });
  });
});
