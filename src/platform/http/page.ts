/**
 * The frame of the small pages that the server shows itself, for installations without a front end: those behind the
 * links of its mails. No script runs, nothing is loaded from anywhere, and every form leads back to this server.
 */
import { createHash } from 'node:crypto';
import express from 'express';
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { escapeHtml } from '../mail/layout.ts';

const style = `
:root { color-scheme: light dark; --line: #d9dde3; --soft: #5b6472; --back: #f4f5f7; --fore: #1d2530; --card: #fff; --act: #1f4fd8; --wrong: #b3261e }
@media (prefers-color-scheme: dark) { :root { --line: #343b46; --soft: #9aa4b2; --back: #14181d; --fore: #e6e9ee; --card: #1c2128; --act: #3d68e0; --wrong: #ff8a80 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px 16px; background: var(--back); color: var(--fore); font: 16px/1.5 system-ui, sans-serif }
main { width: 100%; max-width: 440px; padding: 32px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; overflow-wrap: anywhere }
main.wide { max-width: 760px; align-self: start }
h1 { margin: 0 0 12px; font-size: 22px; line-height: 1.3 } p { margin: 0 0 20px; color: var(--soft) }
[role=alert] { color: var(--wrong) }
label { display: block; margin-bottom: 20px } input { display: block; width: 100%; margin-top: 4px }
input, button { font: inherit; padding: 10px 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--back); color: inherit }
button { border-color: var(--act); background: var(--act); color: #fff; font-weight: 600; cursor: pointer }
button.second { border-color: var(--line); background: none; color: inherit } form + p { margin: 20px 0 0 }
:focus-visible { outline: 2px solid var(--act); outline-offset: 2px }
a { color: inherit }
h2 { margin: 32px 0 8px; font-size: 18px } h3 { margin: 0; font-size: 16px }
.wide p { margin-bottom: 8px } .lines { white-space: pre-line }
ol { list-style: none; margin: 0; padding: 0 }
li { display: grid; grid-template-columns: 8em 1fr; gap: 4px 16px; padding: 12px 0; border-top: 1px solid var(--line) }
li > :only-child { grid-column: 1 / -1 } li p { margin: 0; font-size: 14px } time { color: var(--soft); font-variant-numeric: tabular-nums }
summary { cursor: pointer; color: var(--soft); font-size: 14px }
@media (max-width: 520px) { main { padding: 24px 20px } li { grid-template-columns: 1fr } }
`;

const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    styleSrc: [`'sha256-${createHash('sha256').update(style).digest('base64')}'`],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

/** What stands before every page: its policy, and that its address, which may hold a token, is told to nobody. */
export const pageGuard: RequestHandler = helmet({
  contentSecurityPolicy,
  strictTransportSecurity: false,
  referrerPolicy: { policy: 'no-referrer' },
});

/** What stands before every page with a form: beside `pageGuard`, that what is sent is read. */
export const formGuard: RequestHandler[] = [pageGuard, express.urlencoded({ extended: false, limit: '8kb' })];

/** Lays a page out. @param title plain text @param content HTML @param isWide for pages to read, rather than forms */
export function page(title: string, content: string, isWide = false): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main${isWide ? ' class="wide"' : ''}>
<h1>${escapeHtml(title)}</h1>
${content}
</main>
</body>
</html>
`;
}

/** What went wrong. @param words plain text */
export const alert = (words: string): string => `<p role="alert">${escapeHtml(words)}</p>`;

/** What is said where a link has lost its token. */
export const brokenLink = alert('This link is not whole: copy all of it from the mail.');

/** A value of a query or a form; empty where it is none, or several. */
export const wordOf = (fields: unknown, name: string): string => {
  const value = (fields as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : '';
};
