/**
 * The pages behind the links of mails about accounts, for installations without a front end (the setting
 * `mail.frontendUrl` leads the links there instead). A page shows a form; what it does is done by POST, by the very
 * mutation that a front end would call. No script runs, and nothing is loaded.
 */
import { createHash } from 'node:crypto';
import express, { Router } from 'express';
import type { Request } from 'express';
import type { ExecutionResult } from 'graphql';
import helmet from 'helmet';
import { escapeHtml } from '../platform/mail/layout.ts';

/** Runs a mutation for nobody in particular. */
export type RunMutation = (document: string, variables: Record<string, unknown>, request: Request) => Promise<ExecutionResult>;

interface Page {
  readonly title: string;
  readonly words: string;
  /** The label of the button. */
  readonly act: string;
  readonly done: string;
  readonly mutation: string;
  /** The field for a password, where the mutation takes one as `password`. */
  readonly password?: { readonly label: string; readonly autocomplete: string };
  /** Whether the mutation takes the code of a second factor, as `code`; asked for only where there is one. */
  readonly takesCode?: boolean;
}

const pages: Readonly<Record<string, Page>> = {
  '/verify': {
    title: 'Verify your e-mail address',
    words: 'The button shows that mail to your address reaches you.',
    act: 'Verify the address',
    done: 'Your e-mail address is verified.',
    mutation: 'mutation ($token: String!) { verifyEmail(token: $token) { id } }',
  },
  '/confirm-email': {
    title: 'Use this e-mail address',
    words: 'The button gives your account the address that the mail was sent to.',
    act: 'Use this address',
    done: 'Your account has this address now.',
    mutation: 'mutation ($token: String!) { confirmEmailChange(token: $token) { id } }',
  },
  '/reset': {
    title: 'Choose a new password',
    words: 'All devices that are signed in have to sign in again with it.',
    act: 'Set the password',
    done: 'Your password is the new one. Sign in with it.',
    mutation: 'mutation ($token: String!, $password: String!, $code: String) { resetPassword(token: $token, newPassword: $password, oneTimePassword: $code) }',
    password: { label: 'New password', autocomplete: 'new-password' },
    takesCode: true,
  },
  '/reset-two-factor': {
    title: 'Switch off your second factor',
    words: 'From then on the password alone is enough to sign in, until you switch a second factor on again.',
    act: 'Switch it off',
    done: 'The second factor is off. Sign in with your password.',
    mutation: 'mutation ($token: String!, $password: String!) { resetTwoFactor(token: $token, password: $password) }',
    password: { label: 'Your password', autocomplete: 'current-password' },
  },
};

const style = `
:root { color-scheme: light dark; --line: #d9dde3; --soft: #5b6472; --back: #f4f5f7; --fore: #1d2530; --card: #fff; --act: #1f4fd8; --wrong: #b3261e }
@media (prefers-color-scheme: dark) { :root { --line: #343b46; --soft: #9aa4b2; --back: #14181d; --fore: #e6e9ee; --card: #1c2128; --act: #3d68e0; --wrong: #ff8a80 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px 16px; background: var(--back); color: var(--fore); font: 16px/1.5 system-ui, sans-serif }
main { width: 100%; max-width: 440px; padding: 32px; background: var(--card); border: 1px solid var(--line); border-radius: 12px }
h1 { margin: 0 0 12px; font-size: 22px; line-height: 1.3 } p { margin: 0 0 20px; color: var(--soft) }
[role=alert] { color: var(--wrong) }
label { display: block; margin-bottom: 20px } input { display: block; width: 100%; margin-top: 4px }
input, button { font: inherit; padding: 10px 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--back); color: inherit }
button { border-color: var(--act); background: var(--act); color: #fff; font-weight: 600; cursor: pointer }
:focus-visible { outline: 2px solid var(--act); outline-offset: 2px }
a { color: inherit }
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

/** Makes the router for /verify, /confirm-email, /reset and /reset-two-factor. */
export function accountPages(run: RunMutation): Router {
  const router = Router();
  // The token stands in the address: it is told to nobody, and kept nowhere.
  const guards = helmet({ contentSecurityPolicy, strictTransportSecurity: false, referrerPolicy: { policy: 'no-referrer' } });
  for (const [path, page] of Object.entries(pages)) {
    router.use(path, guards, (_request, response, next) => {
      response.set('Cache-Control', 'no-store');
      next();
    });
    router.get(path, (request, response) => {
      const token = word((request.query as Record<string, unknown>).token);
      response.status(token ? 200 : 400).type('html').send(token ? html(page, form(path, page, token)) : html(page, alert('This link is not whole: copy all of it from the mail.')));
    });
    router.post(path, express.urlencoded({ extended: false, limit: '8kb' }), async (request, response) => {
      const body = (request.body ?? {}) as Record<string, unknown>;
      const token = word(body.token);
      const given = { ...(page.password ? { password: word(body.password) } : {}), ...(page.takesCode ? { code: word(body.code) || null } : {}) };
      const { errors } = await run(page.mutation, { token, ...given }, request);
      if (!errors) response.type('html').send(html(page, `<p>${escapeHtml(page.done)}</p><a href="/">Go on</a>`));
      else response.status(400).type('html').send(html(page, `${alert(problem(errors[0]))}${form(path, page, token, errors[0].extensions.reason !== undefined)}`));
    });
  }
  return router;
}

function word(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** What went wrong, in a sentence for whoever looks at the page. */
function problem({ message, extensions }: NonNullable<ExecutionResult['errors']>[number]): string {
  const [field] = (extensions.fields ?? []) as { path: string[]; message: string }[];
  if (!field) return `${message}.`;
  return field.path.at(-1) === 'token' ? `The link ${field.message}: ask for another mail.` : `The password ${field.message}.`;
}

function alert(words: string): string {
  return `<p role="alert">${escapeHtml(words)}</p>`;
}

/** @param asksCode whether the account turned out to have a second factor */
function form(path: string, { words, act, password }: Page, token: string, asksCode = false): string {
  const field = password
    ? `<label>${password.label}<input type="password" name="password" autocomplete="${password.autocomplete}" required autofocus></label>`
    : '';
  const code = asksCode ? '<label>Code of your app, or a recovery code<input name="code" autocomplete="one-time-code" required></label>' : '';
  return `<p>${escapeHtml(words)}</p>
<form method="post" action="${path}"><input type="hidden" name="token" value="${escapeHtml(token)}">${field}${code}<button>${act}</button></form>`;
}

function html({ title }: Page, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
}
