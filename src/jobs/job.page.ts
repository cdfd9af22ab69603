/**
 * The page behind the links of mails about jobs, for installations without a front end: whoever started a job signs in,
 * and is told what became of it, with a link to its file. Nothing is told to anybody else, not even that there is such a job.
 */
import { Router } from 'express';
import { runSignedIn, signInFields } from '../accounts/page-sign-in.ts';
import type { RunOperation } from '../platform/graphql/run.ts';
import { alert, formGuard, page, wordOf } from '../platform/http/page.ts';
import { escapeHtml } from '../platform/mail/layout.ts';

interface Told {
  readonly status: string;
  readonly message: string | null;
  readonly error: string | null;
  readonly url: string | null;
}

const title = 'Work that you started';

/** Makes the router for /jobs?id=. */
export function jobPage(run: RunOperation): Router {
  const router = Router();
  router.use('/jobs', formGuard);
  router.get('/jobs', (request, response) => {
    response.type('html').send(page(title, form(wordOf(request.query, 'id'), '')));
  });
  router.post('/jobs', async (request, response) => {
    const [id, login] = [wordOf(request.body, 'id'), wordOf(request.body, 'login')];
    const { data, errors } = await runSignedIn(
      run,
      request,
      'query ($id: ID!) { job(id: $id) { status message error url } }',
      { id },
    );
    const job = (data?.job ?? null) as Told | null;
    if (job) response.type('html').send(page(title, about(job)));
    else
      response
        .status(400)
        .type('html')
        .send(
          page(
            title,
            `${alert(errors ? `${errors[0].message}.` : 'You have started no such work.')}${form(id, login)}`,
          ),
        );
  });
  return router;
}

function form(id: string, login: string): string {
  return `<p>Sign in to see what became of it.</p>
<form method="post" action="/jobs"><input type="hidden" name="id" value="${escapeHtml(id)}">
${signInFields(login)}
<button>Show it</button></form>`;
}

function about({ status, message, error, url }: Told): string {
  const words = [
    status === 'FAILED' ? 'It has failed.' : status === 'COMPLETED' ? 'It is done.' : 'It is not done yet.',
    error ?? message,
  ].filter((one) => one !== null);
  return `${words.map((one) => `<p>${escapeHtml(one)}</p>`).join('')}
${url ? `<p><a href="${escapeHtml(url)}">Fetch the file</a>, within five minutes; then sign in again.</p>` : ''}`;
}
