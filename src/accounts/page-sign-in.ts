/**
 * Signing in for the length of one form: a page asks for the password, does what it is for with the token that signIn
 * gives, and signs out again. So the server's own pages need no cookie, and no other site can make a browser use one.
 */
import type { Request } from 'express';
import type { ExecutionResult } from 'graphql';
import type { RunOperation } from '../platform/graphql/run.ts';
import { wordOf } from '../platform/http/page.ts';
import { escapeHtml } from '../platform/mail/layout.ts';

/** The fields of a form that signs in; the cursor is in the first that is empty. @param login what was filled in before */
export const signInFields = (
  login: string,
): string => `<label>E-mail or username<input name="login" value="${escapeHtml(login)}" autocomplete="username" autocapitalize="none" required${login === '' ? ' autofocus' : ''}></label>
<label>Password<input type="password" name="password" autocomplete="current-password" required${login === '' ? '' : ' autofocus'}></label>
<label>Code of the second factor, if you have one<input name="oneTimePassword" autocomplete="one-time-code" inputmode="numeric"></label>`;

/** Runs an operation as whoever the form says; the result of signIn where that is refused. */
export async function runSignedIn(
  run: RunOperation,
  request: Request,
  document: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<ExecutionResult> {
  const word = (name: string) => wordOf(request.body, name);
  const input = {
    login: word('login'),
    password: word('password'),
    oneTimePassword: word('oneTimePassword') || null,
  };
  const signedIn = await run(
    'mutation ($input: SignInInput!) { signIn(input: $input) { accessToken } }',
    { input },
    request,
  );
  if (signedIn.errors) return signedIn;
  const { accessToken } = (signedIn.data as { signIn: { accessToken: string } }).signIn;
  try {
    return await run(document, variables, request, accessToken);
  } finally {
    await run('mutation { signOut }', {}, request, accessToken);
  }
}
