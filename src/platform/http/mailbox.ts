/**
 * The development mailbox at /mailbox: the mails that would have been sent, for people and, as JSON, for programs.
 * There is none in production or where a mail server is configured; the addresses do not exist then.
 */
import { Router } from 'express';
import type { Request } from 'express';
import helmet from 'helmet';
import type { Config } from '../config/index.ts';
import type { Database } from '../data/database.ts';
import { escapeHtml } from '../mail/layout.ts';
import { keepsMailbox } from '../mail/mailer.ts';

/** What /mailbox/messages.json lists. */
export interface ShownMessage {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** When it would have been sent, as ISO 8601. */
  readonly at: string;
}

type Message = ShownMessage & { readonly id: string };

/** No script runs, nothing is loaded, nothing is sent. A mail in its frame obeys this policy and its sandbox. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    styleSrc: ["'unsafe-inline'"],
    imgSrc: ['data:'],
    frameSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

/** Makes the router for /mailbox and /mailbox/messages.json. `?to=` keeps one recipient's mails. */
export function mailbox(config: Config, database: Database): Router {
  const router = Router();
  if (!keepsMailbox(config)) return router;
  router.use(
    '/mailbox',
    helmet({ contentSecurityPolicy, strictTransportSecurity: false }),
    (_request, response, next) => {
      response.set('Cache-Control', 'no-store');
      next();
    },
  );
  router.get('/mailbox/messages.json', async (request, response) => {
    const messages = await newest(database, word(request, 'to'));
    response.json(messages.map(({ id: _id, ...shown }) => shown));
  });
  router.get('/mailbox', async (request, response) => {
    const to = word(request, 'to');
    response.type('html').send(page(await newest(database, to), to, word(request, 'message')));
  });
  return router;
}

function word({ query }: Request, name: string): string | null {
  const value = query[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

async function newest(database: Database, to: string | null): Promise<Message[]> {
  const rows = await database.query<Omit<Message, 'at'> & { at: Date }>(
    `SELECT job_id AS id, recipient AS "to", subject, text, html, created_at AS at FROM mailbox_messages
     WHERE $1::text IS NULL OR lower(recipient) = lower($1) ORDER BY created_at DESC, job_id DESC LIMIT 100`,
    // PostgreSQL's text holds no null byte: nobody has such an address.
    [to?.replaceAll('\0', '\uFFFD') ?? null],
  );
  return rows.map((row) => ({ ...row, at: new Date(row.at).toISOString() }));
}

function page(messages: readonly Message[], to: string | null, wanted: string | null): string {
  const open = messages.find(({ id }) => id === wanted) ?? messages.at(0);
  const items = messages.map((message) => {
    const query = new URLSearchParams({ ...(to ? { to } : {}), message: message.id });
    const current = message === open ? ' aria-current="true"' : '';
    return `<li><a href="/mailbox?${escapeHtml(query.toString())}"${current}>
<b>${escapeHtml(message.subject)}</b><span>${escapeHtml(message.to)}</span>${time(message.at)}</a></li>`;
  });
  const clear = to ? `<a href="/mailbox">all recipients</a>` : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mailbox – Convoke</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>Mailbox</h1>
<p>Mails of this development server. None of them left it.</p>
<form action="/mailbox"><input type="search" name="to" value="${escapeHtml(to ?? '')}" placeholder="Recipient" aria-label="Recipient"><button>Filter</button></form>
${clear} <a href="/">Explorer</a>
</header>
<main>
<nav aria-label="Mails"><ol>${items.join('\n')}</ol></nav>
${open ? article(open) : `<p class="empty">${to ? 'No mail to this recipient.' : 'No mail yet.'}</p>`}
</main>
</body>
</html>
`;
}

function article({ subject, to, at, text, html }: Message): string {
  return `<article>
<h2>${escapeHtml(subject)}</h2>
<p>To ${escapeHtml(to)}, ${time(at)}</p>
<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" title="The mail" srcdoc="${escapeHtml(inNewTabs(html))}"></iframe>
<details><summary>Text part</summary><pre>${escapeHtml(text)}</pre></details>
</article>`;
}

/** The links of a mail open beside the mailbox, as from a mail program. */
function inNewTabs(html: string): string {
  return html.replace(/^(\s*<!doctype[^>]*>)?/i, (doctype) => `${doctype}<base target="_blank">`);
}

function time(at: string): string {
  return `<time datetime="${at}">${at.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

const style = `
:root { color-scheme: light dark; --line: #d9dde3; --soft: #5b6472; --back: #f4f5f7; --fore: #1d2530; --card: #fff; --mark: #e4ebfd; --link: #1f4fd8 }
@media (prefers-color-scheme: dark) { :root { --line: #343b46; --soft: #9aa4b2; --back: #14181d; --fore: #e6e9ee; --card: #1c2128; --mark: #26324d; --link: #8fb0ff } }
* { box-sizing: border-box }
body { margin: 0; height: 100vh; display: flex; flex-direction: column; background: var(--back); color: var(--fore); font: 15px/1.45 system-ui, sans-serif }
a { color: var(--link) }
header { display: flex; flex-wrap: wrap; gap: 8px 20px; align-items: center; padding: 12px 20px; border-bottom: 1px solid var(--line); background: var(--card) }
h1 { margin: 0; font-size: 18px } header p { margin: 0; color: var(--soft); flex: 1 }
input, button { font: inherit; padding: 4px 10px; border: 1px solid var(--line); border-radius: 6px; background: var(--back); color: inherit }
button { margin-left: 6px }
main { flex: 1; min-height: 0; display: grid; grid-template-columns: minmax(220px, 320px) 1fr }
nav { overflow: auto; border-right: 1px solid var(--line); background: var(--card) }
ol { list-style: none; margin: 0; padding: 0 }
li a { display: grid; gap: 2px; padding: 10px 20px; border-bottom: 1px solid var(--line); color: inherit; text-decoration: none; overflow-wrap: anywhere }
li a:hover, li a[aria-current] { background: var(--mark) }
li span, time { color: var(--soft); font-size: 13px }
article { display: flex; flex-direction: column; min-width: 0; min-height: 0; overflow: auto; padding: 16px 20px }
h2 { margin: 0; font-size: 20px; overflow-wrap: anywhere } article p { margin: 4px 0 12px; color: var(--soft) }
iframe { flex: 1; min-height: 320px; width: 100%; border: 1px solid var(--line); border-radius: 8px; background: #fff }
details { margin-top: 12px } summary { cursor: pointer } pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--card) }
.empty { padding: 32px; color: var(--soft) }
@media (max-width: 700px) { main { grid-template-columns: 1fr; grid-template-rows: 35% 1fr } nav { border-right: 0; border-bottom: 1px solid var(--line) } }
`;
