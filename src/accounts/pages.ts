/**
 * The pages behind the links of mails about accounts, for installations without a front end (the setting
 * `mail.frontendUrl` leads the links there instead). A page shows a form; what it does is done by POST, by the very
 * mutation that a front end would call.
 */
import { Router } from 'express';
import type { ExecutionResult } from 'graphql';
import type { RunOperation } from '../platform/graphql/run.ts';
import { alert, brokenLink, formGuard, page, wordOf } from '../platform/http/page.ts';
import { escapeHtml } from '../platform/mail/layout.ts';

/** Something to fill in; its name is that of the variable of the mutation. */
interface Field {
  readonly label: string;
  readonly name: string;
  readonly type: 'email' | 'password';
  readonly autocomplete: string;
}

interface Page {
  readonly title: string;
  readonly words: string;
  /** The label of the button. */
  readonly act: string;
  readonly done: string;
  readonly mutation: string;
  readonly fields?: readonly Field[];
  /** Whether the mutation takes the code of a second factor, as `code`; asked for only where there is one. */
  readonly takesCode?: boolean;
  /** Reached without the link of a mail. */
  readonly isOpen?: boolean;
  /** How to get another mail, as HTML, where the link of this one is dead. */
  readonly another?: string;
}

const address: Field = { label: 'E-mail address', name: 'email', type: 'email', autocomplete: 'email' };
const newPassword: Field = {
  label: 'New password',
  name: 'password',
  type: 'password',
  autocomplete: 'new-password',
};

const pages: Readonly<Record<string, Page>> = {
  '/sign-up': {
    title: 'Make an account',
    words: 'A mail will ask you to show that the address is yours. A password has at least 8 characters.',
    act: 'Make the account',
    done: 'Your account is made. Follow the link in the mail that is on its way to you; then open an invite again to answer it.',
    mutation:
      'mutation ($email: EmailAddress!, $password: String!) { signUp(input: { email: $email, password: $password }) { expiresAt } }',
    fields: [address, { ...newPassword, label: 'Password' }],
    isOpen: true,
  },
  '/verify': {
    title: 'Verify your e-mail address',
    words: 'The button shows that mail to your address reaches you.',
    act: 'Verify the address',
    done: 'Your e-mail address is verified.',
    mutation: 'mutation ($token: String!) { verifyEmail(token: $token) { id } }',
    another: '<a href="/verify-again">Have another mail sent</a>, unless your address is verified already.',
  },
  '/verify-again': {
    title: 'Another mail to verify your address',
    words: 'It has a link that shows that mail to your address reaches you.',
    act: 'Send the mail',
    done: 'If there is an account of this address that is not verified, a mail is on its way to it.',
    mutation: 'mutation ($email: EmailAddress!) { resendVerification(email: $email) }',
    fields: [address],
    isOpen: true,
  },
  '/confirm-email': {
    title: 'Use this e-mail address',
    words: 'The button gives your account the address that the mail was sent to.',
    act: 'Use this address',
    done: 'Your account has this address now.',
    mutation: 'mutation ($token: String!) { confirmEmailChange(token: $token) { id } }',
    another: 'Sign in and ask for the change of your address once more, unless it is done already.',
  },
  '/reset': {
    title: 'Choose a new password',
    words: 'All devices that are signed in have to sign in again with it.',
    act: 'Set the password',
    done: 'Your password is the new one. Sign in with it.',
    mutation:
      'mutation ($token: String!, $password: String!, $code: String) { resetPassword(token: $token, newPassword: $password, oneTimePassword: $code) }',
    fields: [newPassword],
    takesCode: true,
    another: '<a href="/forgotten">Have another mail sent</a>.',
  },
  '/forgotten': {
    title: 'A forgotten password',
    words: 'You get a mail with a link to choose a new one.',
    act: 'Send the mail',
    done: 'If there is an account of this address, a mail is on its way to it.',
    mutation: 'mutation ($email: EmailAddress!) { requestPasswordReset(email: $email) }',
    fields: [address],
    isOpen: true,
  },
  '/reset-two-factor': {
    title: 'Switch off your second factor',
    words: 'From then on the password alone is enough to sign in, until you switch a second factor on again.',
    act: 'Switch it off',
    done: 'The second factor is off. Sign in with your password.',
    mutation:
      'mutation ($token: String!, $password: String!) { resetTwoFactor(token: $token, password: $password) }',
    fields: [{ ...newPassword, label: 'Your password', autocomplete: 'current-password' }],
  },
};

/** Makes the router for /sign-up, /forgotten, and what the links of mails lead to. */
export function accountPages(run: RunOperation): Router {
  const router = Router();
  for (const [path, shown] of Object.entries(pages)) {
    const { title, done, mutation, fields = [], takesCode = false, isOpen = false, another } = shown;
    router.use(path, formGuard);
    router.get(path, (request, response) => {
      const token = wordOf(request.query, 'token');
      const isWhole = isOpen || token !== '';
      const content = isWhole ? form(path, shown, { token }) : brokenLink;
      response
        .status(isWhole ? 200 : 400)
        .type('html')
        .send(page(title, content));
    });
    router.post(path, async (request, response) => {
      const names = [...(isOpen ? [] : ['token']), ...fields.map(({ name }) => name)];
      const filled = Object.fromEntries(names.map((name) => [name, wordOf(request.body, name)]));
      const { errors } = await run(
        mutation,
        takesCode ? { ...filled, code: wordOf(request.body, 'code') || null } : filled,
        request,
      );
      if (!errors) {
        response.type('html').send(page(title, `<p>${escapeHtml(done)}</p><a href="/">Go on</a>`));
        return;
      }
      const faulty = faultOf(errors[0])?.path.at(-1);
      // A dead link does not come alive by another try.
      const rest =
        faulty === 'token' && another
          ? `<p>${another}</p>`
          : form(path, shown, filled, { faulty, asksCode: errors[0].extensions.reason !== undefined });
      response
        .status(400)
        .type('html')
        .send(page(title, `${alert(problem(errors[0], shown))}${rest}`));
    });
  }
  return router;
}

type Refusal = NonNullable<ExecutionResult['errors']>[number];

/** The first value that was refused. */
function faultOf({
  extensions,
}: Refusal): { readonly path: readonly string[]; readonly message: string } | undefined {
  return ((extensions.fields ?? []) as { path: string[]; message: string }[])[0];
}

/** What went wrong, in a sentence for whoever looks at the page. */
function problem(refusal: Refusal, { fields = [] }: Page): string {
  const fault = faultOf(refusal);
  if (!fault) return `${refusal.message}.`;
  const name = fault.path.at(-1);
  if (name === 'token') return `The link ${fault.message}: ask for another mail.`;
  return `The ${fields.find((field) => field.name === name)?.type === 'email' ? 'e-mail address' : 'password'} ${fault.message}.`;
}

/** What the last try showed. */
interface Tried {
  /** The name of the field to mend. */
  readonly faulty?: string | undefined;
  /** Whether the account turned out to have a second factor. */
  readonly asksCode?: boolean;
}

function form(
  path: string,
  { words, act, fields = [] }: Page,
  filled: Readonly<Record<string, string>>,
  { faulty, asksCode = false }: Tried = {},
): string {
  const focused = Math.max(
    0,
    fields.findIndex(({ name }) => name === faulty),
  );
  const inputs = fields.map(({ label, name, type, autocomplete }, index) => {
    const value = type === 'password' ? '' : ` value="${escapeHtml(filled[name] ?? '')}"`;
    return `<label>${label}<input type="${type}" name="${name}"${value} autocomplete="${autocomplete}" required${index === focused ? ' autofocus' : ''}></label>`;
  });
  if (asksCode)
    inputs.push(
      '<label>Code of your app, or a recovery code<input name="code" autocomplete="one-time-code" required></label>',
    );
  return `<p>${escapeHtml(words)}</p>
<form method="post" action="${path}"><input type="hidden" name="token" value="${escapeHtml(filled.token ?? '')}">${inputs.join('')}<button>${act}</button></form>`;
}
