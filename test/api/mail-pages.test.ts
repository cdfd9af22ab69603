/** The pages of invites and of events, where the links of mails lead without a front end: over HTTP, and in a browser. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import type { Person } from '../kit/accounts.ts';
import type { Made } from '../kit/event-rows.ts';
import { giveRole, makeEvent } from '../kit/event-rows.ts';
import { sentMails } from '../kit/mails.ts';
import { createPersonWithPassword, password } from '../kit/passwords.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const hasBrowser = existsSync(executablePath);
if (!hasBrowser)
  process.stderr.write(
    `left out: the pages of mails in a browser need Chromium at ${executablePath} (CHROMIUM_PATH)\n`,
  );

let server: TestServer;
let owner: Person, ada: Person, bob: Person;
let event: Made;
let session: string;
let browser: Browser | undefined;

beforeAll(async () => {
  server = await startServer({ ADDRESS_ATTEMPTS: '1000' });
  server.app.config.http.publicUrl = server.url;
  [owner, ada, bob] = [
    await createPersonWithPassword(server),
    await createPersonWithPassword(server),
    await createPersonWithPassword(server),
  ];
  event = await makeEvent(server);
  await giveRole(server, event, owner, 'OWNER');
  await server.sql(
    `UPDATE events SET identifier = 'opendays', timezone = 'Europe/Berlin', name = 'Open <days>', location_name = 'Harbour 1', description = '<p>Come <b>in</b></p>' WHERE id = $1`,
    [event.uuid],
  );
  const [room] = await server.sql(
    `INSERT INTO rooms (id, event_id, name) VALUES (gen_random_uuid(), $1, 'Hall') RETURNING id`,
    [event.uuid],
  );
  for (const [title, state, starts] of [
    ['Late <talk>', 'CONFIRMED', '2027-03-01T22:30:00Z'],
    ['Early talk', 'ACCEPTED', '2027-03-01T09:00:00Z'],
    ['Still pending', 'PENDING', '2027-03-01T10:00:00Z'],
    ['Some time', 'ACCEPTED', null],
    ['Never', 'REJECTED', null],
  ] as const) {
    const [made] = await server.sql(
      `INSERT INTO sessions (id, event_id, title, state, starts_at, ends_at, room_id, short_abstract)
       VALUES (gen_random_uuid(), $1, $2, $3, $4::timestamptz, $4::timestamptz + interval '45 minutes', $5, '<p>All about it</p>') RETURNING id`,
      [event.uuid, title, state, starts, room.id],
    );
    if (title === 'Early talk') session = made.id;
    const [speaker] = await server.sql(
      `INSERT INTO speakers (id, event_id, name, email) VALUES (gen_random_uuid(), $1, $2, $3) RETURNING id`,
      [
        event.uuid,
        `Speaker of ${title}`,
        `${state}${starts ?? ''}@private.example`.toLowerCase().replaceAll(':', ''),
      ],
    );
    await server.sql('INSERT INTO session_speakers (session_id, speaker_id) VALUES ($1, $2)', [
      made.id,
      speaker.id,
    ]);
  }
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

const post = (url: URL, fields: Record<string, string>) =>
  fetch(url.origin + url.pathname, {
    method: 'POST',
    body: new URLSearchParams({ token: url.searchParams.get('token')!, ...fields }),
  });
/** The link in the newest mail to somebody. */
async function linkTo({ email }: { email: string }): Promise<URL> {
  const mail = (await sentMails(server)).filter(({ to }) => to === email).at(-1)!;
  return new URL(/^http:\S+$/m.exec(mail.text)![0]);
}
async function inviteToRole(person: Person, role = 'MODERATOR'): Promise<URL> {
  const { errors } = await server.ask(
    'mutation ($input: CreateRoleInviteInput!) { createRoleInvite(input: $input) { roleInvite { id } } }',
    { input: { eventId: event.id, email: person.email, role } },
    owner,
  );
  expect(errors).toBeUndefined();
  return linkTo(person);
}
const rolesOf = async ({ userId }: Person) =>
  (await server.sql('SELECT role FROM event_members WHERE user_id = $1 ORDER BY role', [userId])).map(
    ({ role }) => role,
  );
const openSignIns = async ({ userId }: Person) =>
  (
    await server.sql(
      'SELECT count(*)::int AS open FROM token_families WHERE user_id = $1 AND ended_at IS NULL',
      [userId],
    )
  )[0].open;

describe('the page of an invite', () => {
  it('shows what the token shows, and changes nothing when it is looked at', async () => {
    const url = await inviteToRole(ada);
    expect(url.pathname).toBe('/role-invites');
    const shown = await fetch(url);
    expect(shown.status).toBe(200);
    const text = await shown.text();
    expect(text).toContain('You are invited to be moderator of Open &#60;days&#62;.');
    expect(text).not.toContain(ada.email);
    expect(
      await server.sql('SELECT answer FROM role_invites WHERE lower(email) = lower($1)', [ada.email]),
    ).toEqual([{ answer: 'PENDING' }]);
    expect([shown.headers.get('cache-control'), shown.headers.get('referrer-policy')]).toEqual([
      'no-store',
      'no-referrer',
    ]);
    expect(shown.headers.get('content-security-policy')).toMatch(
      /^default-src 'none';style-src 'sha256-[\w+/]+=*';form-action 'self'/,
    );
  });

  it('takes the answer of the verified owner of the address alone, and leaves nobody signed in', async () => {
    const url = await inviteToRole(ada, 'REGISTRAR');
    const before = [await openSignIns(ada), await openSignIns(bob)];
    const tries = [
      [{ login: ada.email, password: 'wrong' }, 'Wrong e-mail, username or password.'],
      [{ login: bob.email, password }, 'This invite is addressed to somebody else.'],
    ] as const;
    for (const [fields, words] of tries) {
      const refused = await post(url, { ...fields, answer: 'accept' });
      expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining(words)]);
    }
    const focused = (text: string) => /name="(\w+)"[^>]* autofocus/.exec(text)?.[1];
    expect(focused(await (await fetch(url)).text())).toBe('login');
    expect(
      focused(await (await post(url, { login: ada.email, password: 'wrong', answer: 'accept' })).text()),
    ).toBe('password');
    await server.sql('UPDATE users SET is_verified = false WHERE id = $1', [ada.userId]);
    expect(await (await post(url, { login: ada.email, password, answer: 'accept' })).text()).toContain(
      'Verify your e-mail address first',
    );
    await server.sql('UPDATE users SET is_verified = true WHERE id = $1', [ada.userId]);
    expect([await rolesOf(ada), await rolesOf(bob)]).toEqual([[], []]);
    const taken = await post(url, { login: ada.email, password, answer: 'accept' });
    expect([taken.status, await taken.text()]).toEqual([200, expect.stringContaining('You have accepted')]);
    expect([await rolesOf(ada), await rolesOf(bob)]).toEqual([['REGISTRAR'], []]);
    expect([await openSignIns(ada), await openSignIns(bob)]).toEqual(before);
    expect(taken.headers.getSetCookie()).toEqual([]);
    const again = await (await fetch(url)).text();
    expect(again).toContain('It was accepted.');
    expect(again).not.toContain('<form');
  });

  it('takes a no, and shows an invite whose time is over without a form', async () => {
    const declined = await inviteToRole(bob);
    expect(await (await post(declined, { login: bob.email, password, answer: 'decline' })).text()).toContain(
      'You have declined',
    );
    expect(await rolesOf(bob)).toEqual([]);
    const late = await inviteToRole(bob, 'TRACK_ORGANIZER');
    await server.sql(
      `UPDATE role_invites SET expires_at = now() - interval '1 minute' WHERE answer = 'PENDING' AND lower(email) = lower($1)`,
      [bob.email],
    );
    const text = await (await fetch(late)).text();
    expect([text.includes('Its time is over.'), text.includes('<form')]).toEqual([true, false]);
    expect(await (await post(late, { login: bob.email, password, answer: 'accept' })).text()).toContain(
      'The invite is not pending any more: it is expired.',
    );
    expect(await rolesOf(bob)).toEqual([]);
  });

  it('says of a wrong token that it is not known, and of none that the link is not whole', async () => {
    for (const path of ['/role-invites', '/speaker-invites', '/membership-invites']) {
      const wrong = await fetch(`${server.url}${path}?token=${encodeURIComponent('"><script>')}`);
      expect([wrong.status, await wrong.text()]).toEqual([
        404,
        expect.stringContaining('This invite is not known'),
      ]);
      expect(await (await fetch(`${server.url}${path}`)).text()).toContain('not whole');
      const posted = await post(new URL(`${server.url}${path}?token=guess`), {
        login: ada.email,
        password,
        answer: 'accept',
      });
      expect([posted.status, await posted.text()]).toEqual([
        400,
        expect.stringContaining('This invite is not known'),
      ]);
    }
  });

  it('answers invites to speak and to join an organization', async () => {
    const speaking = await server.ask(
      'mutation ($input: CreateSpeakerInviteInput!) { createSpeakerInvite(input: $input) { speakerInvite { id } } }',
      {
        input: {
          sessionId: (
            await server.ask('{ events { nodes { sessions { nodes { id title } } } } }')
          ).data!.events.nodes[0].sessions.nodes.find(({ title }: any) => title === 'Early talk').id,
          email: ada.email,
        },
      },
      owner,
    );
    expect(speaking.errors).toBeUndefined();
    const toSpeak = await linkTo(ada);
    expect(await (await fetch(toSpeak)).text()).toContain('speak in “Early talk” at Open &#60;days&#62;');
    expect((await post(toSpeak, { login: ada.email, password, answer: 'accept' })).status).toBe(200);
    expect(
      await server.sql(
        'SELECT FROM session_speakers l JOIN speakers p ON p.id = l.speaker_id WHERE l.session_id = $1 AND p.user_id = $2',
        [session, ada.userId],
      ),
    ).toHaveLength(1);

    const root = await createPersonWithPassword(server);
    await server.sql('UPDATE users SET is_super_admin = true, is_admin = true WHERE id = $1', [root.userId]);
    const made = await server.ask(
      'mutation { createOrganization(input: { name: "Harbour lab" }) { organization { id } } }',
      {},
      root,
    );
    expect(made.errors).toBeUndefined();
    const organizationId = made.data!.createOrganization.organization.id;
    const invited = await server.ask(
      'mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { membershipInvite { id } } }',
      { input: { organizationId, email: ada.email } },
      root,
    );
    expect(invited.errors).toBeUndefined();
    const toJoin = await linkTo(ada);
    expect(await (await fetch(toJoin)).text()).toContain('You are invited to join Harbour lab.');
    expect((await post(toJoin, { login: ada.email, password, answer: 'accept' })).status).toBe(200);
    expect(await server.sql('SELECT FROM memberships WHERE user_id = $1', [ada.userId])).toHaveLength(1);
  });
});

describe('the page of an event', () => {
  it('shows what everybody may see, and no more', async () => {
    const response = await fetch(`${server.url}/e/opendays`);
    const text = await response.text();
    expect([response.status, response.headers.get('content-security-policy')]).toEqual([
      200,
      expect.stringMatching(/^default-src 'none'/),
    ]);
    for (const words of [
      'Open &#60;days&#62;',
      'Late &#60;talk&#62;',
      'Early talk',
      'Some time',
      'Speaker of Early talk',
      'Come in',
      'All about it',
      '10:00',
      'Monday',
      '/events/opendays.ics',
    ]) {
      expect(text).toContain(words);
    }
    for (const words of ['Still pending', 'Never', 'private.example', '<b>', '<talk>'])
      expect(text).not.toContain(words);
    expect((await fetch(`${server.url}/events/opendays.ics`)).status).toBe(200);
    const led = await fetch(`${server.url}/e/opendays/schedule`, { redirect: 'manual' });
    expect([led.status, led.headers.get('location')]).toEqual([302, '/e/opendays#schedule']);
  });

  it('is not there for events that not everybody may see, whoever asks', async () => {
    await server.sql(`UPDATE events SET state = 'DRAFT' WHERE id = $1`, [event.uuid]);
    const hidden = await fetch(`${server.url}/e/opendays`, {
      headers: { authorization: `Bearer ${owner.token}` },
    });
    await server.sql(`UPDATE events SET state = 'PUBLISHED' WHERE id = $1`, [event.uuid]);
    const absent = await fetch(`${server.url}/e/no-such-event`);
    expect([hidden.status, absent.status]).toEqual([404, 404]);
    expect(await hidden.text()).toBe(await absent.text());
    expect((await fetch(`${server.url}/e/${encodeURIComponent("'\0<x>")}`)).status).toBe(404);
  });
});

// Where there is a Chromium; a run without one says so at its start.
(hasBrowser ? describe : describe.skip)('in a browser', () => {
  let page: Page;
  const complaints: string[] = [];
  const shoot = async (name: string) =>
    void (
      process.env.SCREENSHOTS &&
      (await page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}.png`, fullPage: true }))
    );

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    page = await browser.newPage({ viewport: { width: 390, height: 844 }, javaScriptEnabled: false });
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  });

  it('an invite is answered on a telephone, without scripts, after a mistake', async () => {
    await page.goto(String(await inviteToRole(bob, 'COORGANIZER')));
    await shoot('invite');
    await page.getByLabel('E-mail or username').fill(bob.email);
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Accept' }).click();
    await page.getByRole('alert').filter({ hasText: 'Wrong e-mail' }).waitFor();
    await shoot('invite-wrong-password');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Accept' }).click();
    await page.getByText('You have accepted').waitFor();
    await shoot('invite-accepted');
    expect(await rolesOf(bob)).toEqual(['COORGANIZER']);
    await page.goto(`${server.url}/role-invites?token=wrong`);
    await shoot('invite-unknown');
    await page.goto(`${server.url}/verify?token=wrong`);
    await page.getByRole('button').click();
    await page.getByRole('alert').filter({ hasText: 'unknown, expired or used' }).waitFor();
    await shoot('verify-wrong');
    // A refused form answers 400, which browsers note; nothing else is complained of.
    expect(complaints.filter((words) => !/status of (400|404)/.test(words))).toEqual([]);
  }, 60_000);

  it('an account is made, verified, and answers', async () => {
    const email = 'newcomer@example.org';
    await page.goto(`${server.url}/sign-up`);
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password').fill('password1');
    await page.getByRole('button').click();
    await page.getByRole('alert').filter({ hasText: 'The password is too easy to guess' }).waitFor();
    await shoot('sign-up-easy');
    await page.getByLabel('Password').fill('violet harbour 29');
    await page.getByRole('button').click();
    await page.getByText('Your account is made').waitFor();
    await page.goto(String(await linkTo({ email })));
    await page.getByRole('button').click();
    await page.getByText('Your e-mail address is verified.').waitFor();
    await shoot('verified');
  }, 60_000);

  it('an event is read on a telephone and on a desk, and nothing is loaded but the page', async () => {
    const requests: string[] = [];
    page.on('request', (request) => requests.push(new URL(request.url()).pathname));
    await page.goto(`${server.url}/e/opendays`);
    await shoot('event-phone');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.getByText('What it is about').first().click();
    await page.getByText('All about it').first().waitFor();
    await shoot('event-desk');
    expect(new Set(requests)).toEqual(
      new Set(['/e/opendays', ...requests.filter((path) => path === '/favicon.ico')]),
    );
    await page.goto(`${server.url}/e/none`);
    await shoot('event-none');
  }, 60_000);
});
