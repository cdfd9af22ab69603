/**
 * The sign-in control of the header: a form for an anonymous tab, the person's name and a button for a
 * signed-in one. A refusal is shown under the form in the server's words and announced to screen readers; where the
 * account has a second factor, the form then asks for its code.
 */
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { FormEvent } from 'react';
import { Refusal, current, signIn, signOut, subscribe } from './identity.ts';

const ENDED = 'Your sign-in has ended. Please sign in again.';

/** Shows who is signed in, signs in and signs out; takes no properties, its state is the tab's identity. */
export function SignIn() {
  const identity = useSyncExternalStore(subscribe, current);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const [asksForCode, setAsksForCode] = useState(false);

  useEffect(() => subscribe((change) => setError(change === 'ended' ? ENDED : '')), []);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError('');
    try {
      const text = (name: string) => String(form.get(name) ?? '');
      await signIn({
        login: text('login'),
        password: text('password'),
        ...(asksForCode && { oneTimePassword: text('code') }),
      });
      setAsksForCode(false);
    } catch (refusal) {
      if (refusal instanceof Refusal && refusal.reason?.startsWith('ONE_TIME_PASSWORD')) setAsksForCode(true);
      setError((refusal as Error).message);
    } finally {
      setBusy(false);
    }
  }

  if (identity) {
    const { publicName, email, isAdmin, isSuperAdmin } = identity.viewer ?? {};
    return (
      <div className="account">
        <span className="person" title={email ?? undefined}>
          Signed in as <strong>{publicName ?? email ?? 'a person without a public name'}</strong>
        </span>
        {(isAdmin || isSuperAdmin) && (
          <a href="/admin/jobs" target="_blank" rel="noopener">
            Job dashboard
          </a>
        )}
        <button type="button" onClick={() => void signOut()}>
          Sign out
        </button>
      </div>
    );
  }
  return (
    <form className="account" onSubmit={(event) => void submit(event)} onChange={() => setError('')}>
      <input
        name="login"
        aria-label="E-mail or username"
        placeholder="E-mail or username"
        autoComplete="username"
        required
      />
      <input
        name="password"
        type="password"
        aria-label="Password"
        placeholder="Password"
        autoComplete="current-password"
        required
      />
      {asksForCode && (
        <input
          name="code"
          aria-label="Code of the second factor"
          placeholder="Code"
          autoComplete="one-time-code"
          autoFocus
          required
        />
      )}
      <button type="submit" disabled={busy}>
        Sign in
      </button>
      <p className="refusal" role="alert">
        {error}
      </p>
    </form>
  );
}
