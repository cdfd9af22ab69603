/** The page in front of the job dashboard: the sign-in, as a plain form, since nothing of it needs a script. */
import { escapeHtml } from '../platform/mail/layout.ts';

/** Makes the page. @param fault why the last try went wrong; null for none */
export function signInPage(action: string, fault: string | null): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Jobs – Convoke</title>
<style>${style}</style>
</head>
<body>
<form method="post" action="${escapeHtml(action)}">
<h1>Jobs</h1>
<p>For administrators.</p>
${fault ? `<p role="alert">${escapeHtml(fault)}</p>` : ''}
<label>E-mail or username <input name="login" autocomplete="username" required autofocus></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<label>Code of the second factor, if you have one <input name="oneTimePassword" autocomplete="one-time-code" inputmode="numeric"></label>
<button>Sign in</button>
</form>
</body>
</html>
`;
}

const style = `
:root { color-scheme: light dark; --line: #d9dde3; --soft: #5b6472; --back: #f4f5f7; --fore: #1d2530; --card: #fff; --link: #1f4fd8; --fault: #b3261e }
@media (prefers-color-scheme: dark) { :root { --line: #343b46; --soft: #9aa4b2; --back: #14181d; --fore: #e6e9ee; --card: #1c2128; --link: #8fb0ff; --fault: #ff8a80 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--back); color: var(--fore); font: 15px/1.45 system-ui, sans-serif }
form { width: min(360px, 92vw); padding: 24px; display: grid; gap: 14px; background: var(--card); border: 1px solid var(--line); border-radius: 10px }
h1 { margin: 0; font-size: 20px } p { margin: 0; color: var(--soft) } [role=alert] { color: var(--fault) }
label { display: grid; gap: 4px }
input, button { font: inherit; padding: 8px 10px; border: 1px solid var(--line); border-radius: 6px; background: var(--back); color: inherit }
button { border: 0; background: #1f4fd8; color: #fff; font-weight: 600; cursor: pointer }`;
