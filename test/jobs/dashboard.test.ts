/** The job dashboard: who gets in, by which cookie, and what a browser sees of it. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chromium } from 'playwright-core';
import { z } from 'zod';
import { hashPassword } from '../../src/platform/auth/passwords.ts';
import type { JobDefinition } from '../../src/platform/jobs/job.ts';
import { PermanentError } from '../../src/platform/jobs/job.ts';
import { serverViewer } from '../../src/permissions/viewer.ts';
import { Writer } from '../../src/platform/data/writer.ts';
import { startWorkers } from '../../src/worker.ts';
import { createPerson } from '../kit/accounts.ts';
import type { Person } from '../kit/accounts.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const hasBrowser = existsSync(executablePath);
if (!hasBrowser)
  process.stderr.write(
    `left out: the dashboard in a browser needs Chromium at ${executablePath} (CHROMIUM_PATH)\n`,
  );

const failing: JobDefinition<{ note: string }> = {
  name: 'test.report',
  payload: z.object({ note: z.string() }),
  async run({ note }) {
    if (note === 'bad') throw new PermanentError('The report could not be written');
  },
};
const password = 'correct horse battery';

let server: TestServer;
let people: Record<'staff' | 'registered', Person>;

beforeAll(async () => {
  server = await startServer({ SHUTDOWN_SECONDS: '1' });
  people = {
    staff: await createPerson(server, { email: 'admin@example.org', isAdmin: true }),
    registered: await createPerson(server, { email: 'ada@example.org' }),
  };
  await server.sql('UPDATE users SET password_hash = $1', [await hashPassword(password)]);
  const workers = await startWorkers(server.app, { definitions: [failing] as JobDefinition[] });
  const writer = new Writer(server.app.database, server.app.permissions, serverViewer);
  await writer.transaction((changes) =>
    changes.enqueueAll(
      failing,
      ['bad', 'good', 'good'].map((note) => ({ note })),
    ),
  );
  await until(
    async () => (await server.sql(`SELECT FROM jobs WHERE status IN ('COMPLETED', 'FAILED')`)).length === 3,
  );
  await workers.stop();
});
afterAll(() => server.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/admin/jobs${path}`, { headers, redirect: 'manual' });
const signIn = (
  login: string,
  words: string,
  headers: Record<string, string> = { 'sec-fetch-site': 'same-origin' },
) =>
  fetch(`${server.url}/admin/jobs/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers,
    body: new URLSearchParams({ login, password: words }),
  });
const bearer = ({ token }: Person) => ({ authorization: `Bearer ${token}` });

describe('the dashboard', () => {
  it('shows nobody but staff anything, on every path of it', async () => {
    for (const path of ['', '/', '/api/queues', '/static/css/main.css', '/queue/convoke']) {
      for (const headers of [
        {},
        { authorization: 'Bearer nonsense' },
        { cookie: 'convoke_jobs=nonsense' },
      ] as Record<string, string>[]) {
        const response = await get(path, headers);
        expect([path, response.status]).toEqual([path, 401]);
        expect(await response.text()).not.toContain('test.report');
      }
      expect((await get(path, bearer(people.registered))).status).toBe(403);
    }
    const answer = await get('/api/queues?activeQueue=convoke&status=failed', bearer(people.staff));
    const { queues } = (await answer.json()) as {
      queues: { jobs: { name: string; failedReason: string }[] }[];
    };
    expect(queues[0].jobs.map(({ name, failedReason }) => [name, failedReason])).toEqual([
      ['test.report', 'The report could not be written'],
    ]);
  });

  it('lets staff in by the service of signIn, with a cookie for itself alone', async () => {
    const response = await signIn('admin@example.org', password);
    expect([response.status, response.headers.get('location')]).toEqual([303, '/admin/jobs']);
    const [cookie] = response.headers.getSetCookie();
    expect(cookie).toMatch(
      /^convoke_jobs=[\w.-]+; Path=\/admin\/jobs; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
    );
    const [pair] = cookie.split(';');
    expect((await get('', { cookie: pair })).status).toBe(200);
    // The API knows nothing of the cookie.
    const api = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: pair },
      body: JSON.stringify({ query: '{ viewer { id } }' }),
    });
    expect(await api.json()).toEqual({ data: { viewer: null } });
    // Whoever is no administrator any more is out at once.
    await server.sql('UPDATE users SET is_admin = false WHERE id = $1', [people.staff.userId]);
    expect((await get('', { cookie: pair })).status).toBe(403);
    await server.sql('UPDATE users SET is_admin = true WHERE id = $1', [people.staff.userId]);
  });

  it.each([
    ['a wrong password', 'admin@example.org', 'wrong', 401, 'Wrong e-mail, username or password'],
    ['an unknown account', 'nobody@example.org', 'wrong', 401, 'Wrong e-mail, username or password'],
  ])('refuses %s', async (_, login, words, status, message) => {
    const response = await signIn(login, words);
    expect([response.status, response.headers.getSetCookie()]).toEqual([status, []]);
    expect(await response.text()).toContain(message);
  });

  it('takes nothing from pages of other sites, and changes nothing itself', async () => {
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
      {},
    ] as Record<string, string>[]) {
      expect((await signIn('admin@example.org', password, headers)).status).toBe(403);
    }
    const retry = (headers: Record<string, string>) =>
      fetch(`${server.url}/admin/jobs/api/queues/convoke/retry/failed`, {
        method: 'PUT',
        headers: { ...bearer(people.staff), ...headers },
      });
    expect((await retry({ 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await retry({ 'sec-fetch-site': 'same-origin' })).status).toBe(405);
    expect((await get('')).headers.get('content-security-policy')).toMatch(
      /^default-src 'none';.*frame-ancestors 'none'/,
    );
  });

  // Where there is a Chromium; a run without one says so at its start.
  (hasBrowser ? it : it.skip)(
    'works in a browser, which asks no other server for anything',
    async () => {
      const browser = await chromium.launch({
        executablePath,
        args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
      });
      try {
        const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
        const answered: string[] = [];
        const complaints: string[] = [];
        page.on(
          'console',
          (message) =>
            message.type() === 'error' && complaints.push(`${message.text()} ${message.location().url}`),
        );
        page.on('response', (response) => answered.push(new URL(response.url()).origin));
        await page.goto(`${server.url}/admin/jobs`);
        // The sign-in page comes with 401, which browsers note.
        expect(complaints.splice(0).filter((words) => !words.includes('status of 401'))).toEqual([]);
        await page.getByLabel('E-mail or username').fill('admin@example.org');
        await page.getByLabel('Password').fill(password);
        await page.getByRole('button', { name: 'Sign in' }).click();
        await page.goto(`${server.url}/admin/jobs/queue/convoke?status=failed`);
        await page.getByText('The report could not be written').first().waitFor();
        expect(await page.getByText('test.report').count()).toBeGreaterThan(0);
        expect(await page.getByRole('button', { name: /retry/i }).count()).toBe(0);
        if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
        expect(new Set(answered)).toEqual(new Set([server.url]));
        expect(complaints).toEqual([]);
      } finally {
        await browser.close();
      }
    },
    60_000,
  );
});
