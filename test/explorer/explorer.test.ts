/**
 * The explorer in a real browser: what a newcomer does on the page, and that the page keeps its promises (no
 * other origin, no complaint in the console, tokens on HTTP and on the socket).
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { startServer } from './server.ts';
import type { RunningServer } from './server.ts';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const present = existsSync(executablePath);
if (!present)
  process.stderr.write(`left out: test/explorer needs Chromium at ${executablePath} (CHROMIUM_PATH)\n`);

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

(present ? describe : describe.skip)('explorer', () => {
  let server: RunningServer;
  let browser: Browser;
  let page: Page;
  let requests: string[];
  let posts: { body: string; headers: Record<string, string> }[];
  let complaints: string[];
  let sent: string[];
  let received: string[];

  beforeAll(async () => {
    execFileSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build', 'web', '--logLevel', 'error']);
    server = await startServer();
    browser = await chromium.launch({ executablePath, args });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    requests = [];
    posts = [];
    complaints = [];
    sent = [];
    received = [];
    page.on('request', (request) => {
      requests.push(request.url());
      const body = request.postData();
      if (body) posts.push({ body, headers: request.headers() });
    });
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('websocket', (socket) => {
      socket.on('framesent', ({ payload }) => sent.push(String(payload)));
      socket.on('framereceived', ({ payload }) => received.push(String(payload)));
    });
    await page.goto(server.url);
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  });

  afterEach(() => page.close());

  it('loads from its own origin only and without a complaint', async () => {
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.getByText('Root Types').waitFor();
    await run();
    await responseWith(server.eventName);
    const workers = page.workers().map((worker) => worker.url());
    expect(workers.length).toBeGreaterThan(0);
    const own = (url: string) => url.startsWith(`${server.url}/`) || url.startsWith('data:');
    expect([...requests, ...workers].filter((url) => !own(url))).toEqual([]);
    expect(complaints).toEqual([]);
    expect(posts.length).toBeGreaterThan(1);
    expect(posts.filter(({ headers }) => headers['apollo-require-preflight'] !== '1')).toEqual([]);
  });

  it('runs its first query: a field that is denied is null and named by one FORBIDDEN error', async () => {
    await run();
    const { data, errors } = JSON.parse(await responseWith(server.eventName));
    const sessions = data.events.nodes.flatMap((event: any) => event.sessions.nodes);
    const speakers = sessions.flatMap((session: any) => session.speakers.nodes);
    const emails = speakers.map((speaker: any) => speaker.email);
    expect(emails.length).toBeGreaterThan(0);
    expect(new Set(emails)).toEqual(new Set([null]));
    expect(errors).toHaveLength(1);
    expect(errors[0].extensions).toMatchObject({ code: 'FORBIDDEN', field: 'Speaker.email' });
  });

  it('runs a query typed by hand', async () => {
    await write('{ events { nodes { name } } }', (text) => page.keyboard.type(text, { delay: 5 }));
    await run();
    const answer = JSON.parse(await responseWith(server.eventName));
    expect(answer.errors).toBeUndefined();
    await page.locator('.graphiql-response .view-lines').getByText(server.eventName).first().waitFor();
  });

  it('says why a sign-in failed', async () => {
    await signIn('not the password');
    const refusal = page.getByRole('alert').filter({ hasText: /wrong/i });
    await refusal.waitFor();
    await page.getByLabel('Password').fill('another');
    await refusal.waitFor({ state: 'hidden' });
  });

  it('asks for the code of a second factor, and says when it is wrong', async () => {
    const { code, off } = await server.secondFactor();
    await signIn();
    await page.getByRole('alert').filter({ hasText: 'one-time password of your second factor' }).waitFor();
    const field = page.getByLabel('Code of the second factor');
    await field.fill('not it');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').filter({ hasText: 'Wrong one-time password' }).waitFor();
    await field.fill(code);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText(`Signed in as ${server.account.publicName}`).waitFor();
    await off();
  });

  it('reads the protected field after sign-in, and not after sign-out', async () => {
    await signIn();
    await page.getByText(`Signed in as ${server.account.publicName}`).waitFor();
    await run();
    await responseWith(server.protectedEmail);

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Password').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    const signOut = () => posts.find(({ body }) => body.includes('{ signOut }'));
    await until(() => signOut()?.headers.authorization !== undefined);
    await run();
    await responseWith('FORBIDDEN');
  });

  it('leads staff to the job dashboard, and nobody else', async () => {
    const link = page.getByRole('link', { name: 'Job dashboard' });
    await signIn();
    await page.getByText('Signed in as').waitFor();
    expect(await link.count()).toBe(0);
    await page.getByRole('button', { name: 'Sign out' }).click();
    const back = await server.makeAdmin();
    await signIn();
    await link.waitFor();
    if (process.env.SCREENSHOTS)
      await page.screenshot({ path: `${process.env.SCREENSHOTS}/explorer-staff.png` });
    const [dashboard] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
    await dashboard.getByRole('heading', { name: 'Jobs' }).waitFor();
    expect(new URL(dashboard.url()).pathname).toBe('/admin/jobs');
    await dashboard.close();
    await back();
  });

  it('renews a refused token once and runs the query again', async () => {
    await signIn();
    await page.getByText('Signed in as').waitFor();
    await reloadWith({ accessToken: 'no-such-token' });
    await run();
    await responseWith(server.protectedEmail);
  });

  it('renews a token before it ends', async () => {
    await signIn();
    await page.getByText('Signed in as').waitFor();
    await reloadWith({ accessToken: 'no-such-token', expiresAt: new Date().toISOString() });
    await run();
    await responseWith(server.protectedEmail);
    expect(complaints).toEqual([]);
  });

  it('says that a sign-in has ended when it cannot be renewed', async () => {
    await signIn();
    await page.getByText('Signed in as').waitFor();
    await reloadWith({ accessToken: 'no-such-token', refreshToken: 'no-such-token' });
    await page.getByRole('alert').filter({ hasText: 'has ended' }).waitFor();
    await run();
    await responseWith('FORBIDDEN');
  });

  it('shows the notices of a subscription, and opens the socket again for a new viewer', async () => {
    await write(server.subscription.query);
    await run();
    await notice();
    await responseWith(server.subscription.text);
    expect(frames('connection_init', sent)).toHaveLength(1);
    expect(frames('connection_init', sent)[0].payload ?? {}).toEqual({});

    await signIn();
    await until(() => frames('connection_init', sent).length > 1);
    expect(frames('connection_init', sent)[1].payload.authorization).toMatch(/^Bearer ./);
    await notice();
  });

  const RESPONSE = `__MONACO.editor.getModels().find((model) => model.uri.path.endsWith('response.json'))`;

  async function signIn(password = server.account.password) {
    await page.getByLabel('E-mail or username').fill(server.account.login);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** Changes the stored tokens as time or another tab would, and opens the page anew. */
  async function reloadWith(changes: Record<string, string>) {
    await page.evaluate(`sessionStorage.setItem('convoke.identity', JSON.stringify({
      ...JSON.parse(sessionStorage.getItem('convoke.identity')), ...${JSON.stringify(changes)} }))`);
    await page.reload();
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  }

  async function write(query: string, enter = (text: string) => page.keyboard.insertText(text)) {
    await page.locator('.graphiql-query-editor .view-lines').click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.press('Delete');
    await enter(query);
    // GraphiQL reads the editor a moment after the last key and stores what it read; a run before that is of
    // the old text.
    await until(async () => (await page.evaluate(`localStorage.getItem('graphiql:query')`)) === query);
  }

  async function run() {
    await page.getByRole('button', { name: 'Execute query' }).click();
  }

  /** Brings notices about until one has reached the page: the subscription may still be on its way. */
  async function notice() {
    const before = frames('next', received).length;
    await until(async () => {
      await server.subscription.trigger();
      return frames('next', received).length > before;
    });
  }

  // Not page.waitForFunction: it evaluates strings in the page, which the page's policy forbids.
  async function until(condition: () => boolean | Promise<boolean>) {
    while (!(await condition())) await page.waitForTimeout(50);
  }

  function frames(type: string, log: string[]) {
    return log.map((frame) => JSON.parse(frame)).filter((frame) => frame.type === type);
  }

  /** Waits until the response pane contains the text; answers all of it, also lines out of sight. */
  async function responseWith(text: string): Promise<string> {
    let response = '';
    await until(async () => {
      response = await page.evaluate(`${RESPONSE}.getValue()`);
      return response.includes(text);
    });
    return response;
  }
});
