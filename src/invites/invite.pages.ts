/**
 * The pages behind the links of invites, for installations without a front end. Looking at one changes nothing, and shows
 * what the token shows to anybody. Answering takes the password of the account that is invited: the page signs in,
 * answers by the mutation that a front end would call, and signs out again, so that no cookie is needed.
 */
import { Router } from 'express';
import type { Request } from 'express';
import type { ExecutionResult } from 'graphql';
import { runSignedIn, signInFields } from '../accounts/page-sign-in.ts';
import type { RunOperation } from '../platform/graphql/run.ts';
import { alert, brokenLink, formGuard, page, wordOf } from '../platform/http/page.ts';
import { escapeHtml } from '../platform/mail/layout.ts';
import { roleNames } from './invite.words.ts';

type Invite = Readonly<Record<string, string>>;

interface Page {
  /** The root field that shows an invite by its token, and what it says of it. */
  readonly field: string;
  readonly selection: string;
  readonly words: (invite: Invite) => string;
  readonly accept: string;
  readonly decline: string;
  readonly accepted: string;
}

const pages: Readonly<Record<string, Page>> = {
  '/role-invites': {
    field: 'roleInvite',
    selection: 'eventName role',
    words: ({ eventName, role }) =>
      `You are invited to be ${roleNames.en[role]} of ${eventName}.${role === 'OWNER' ? ' Who accepts becomes the owner of the event; its present owner stays as an organizer.' : ''}`,
    accept: 'acceptRoleInvite',
    decline: 'declineRoleInvite',
    accepted: 'You have accepted: the role is yours.',
  },
  '/speaker-invites': {
    field: 'speakerInvite',
    selection: 'eventName sessionTitle',
    words: ({ eventName, sessionTitle }) =>
      `You are invited to speak in “${sessionTitle}” at ${eventName}. Who accepts has a profile as a speaker of the event.`,
    accept: 'acceptSpeakerInvite',
    decline: 'declineSpeakerInvite',
    accepted: 'You have accepted: you speak in this session.',
  },
  '/membership-invites': {
    field: 'membershipInvite',
    selection: 'organizationName',
    words: ({ organizationName }) => `You are invited to join ${organizationName}.`,
    accept: 'acceptMembership',
    decline: 'declineMembership',
    accepted: 'You have accepted: you are a member now.',
  },
};

const title = 'An invite for you';
const unknown =
  'This invite is not known: it was sent again since, or taken back. Use the newest mail, or ask whoever invited you.';

/** Makes the router for /role-invites, /speaker-invites and /membership-invites. */
export function invitePages(run: RunOperation): Router {
  const router = Router();
  for (const [path, shown] of Object.entries(pages)) {
    const inviteOf = async (token: string, request: Request): Promise<Invite | null> => {
      if (token === '') return null;
      const { data } = await run(
        `query ($token: String!) { ${shown.field}(token: $token) { status ${shown.selection} } }`,
        { token },
        request,
      );
      return (data?.[shown.field] ?? null) as Invite | null;
    };
    router.use(path, formGuard);
    router.get(path, async (request, response) => {
      const token = wordOf(request.query, 'token');
      const invite = await inviteOf(token, request);
      const content = invite
        ? about(path, shown, invite, { token, login: '' })
        : token
          ? alert(unknown)
          : brokenLink;
      response
        .status(invite ? 200 : 404)
        .type('html')
        .send(page(title, content));
    });
    router.post(path, async (request, response) => {
      const [token, login] = [wordOf(request.body, 'token'), wordOf(request.body, 'login')];
      const isAccepted = wordOf(request.body, 'answer') === 'accept';
      const mutation = `mutation ($token: String!) { ${isAccepted ? shown.accept : shown.decline}(token: $token) { ${shown.field} { id } } }`;
      const { errors } = await runSignedIn(run, request, mutation, { token });
      if (!errors) {
        response
          .type('html')
          .send(
            page(
              title,
              `<p>${isAccepted ? shown.accepted : 'You have declined. There is nothing more to do.'}</p><a href="/">Go on</a>`,
            ),
          );
        return;
      }
      const invite = await inviteOf(token, request);
      response
        .status(400)
        .type('html')
        .send(
          page(
            title,
            `${alert(sentence(errors[0]))}${invite ? about(path, shown, invite, { token, login }) : ''}`,
          ),
        );
    });
  }
  return router;
}

function sentence({ message, extensions }: NonNullable<ExecutionResult['errors']>[number]): string {
  return extensions.code === 'NOT_FOUND' ? unknown : `${message}.`;
}

const endings: Readonly<Record<string, string>> = {
  ACCEPTED: 'It was accepted.',
  DECLINED: 'It was declined.',
  CANCELED: 'It was taken back.',
  EXPIRED: 'Its time is over. Ask whoever invited you to send it again.',
};

/** What the invite is about, with the form to answer it while it can be answered. */
function about(
  path: string,
  { words }: Page,
  invite: Invite,
  { token, login }: { token: string; login: string },
): string {
  const intro = `<p>${escapeHtml(words(invite))}</p>`;
  if (invite.status !== 'PENDING') return `${intro}<p role="status">${endings[invite.status]}</p>`;
  return `${intro}
<form method="post" action="${path}"><input type="hidden" name="token" value="${escapeHtml(token)}">
<p>Answer with the account of the address that this mail was sent to.</p>
${signInFields(login)}
<button name="answer" value="accept">Accept</button> <button name="answer" value="decline" class="second">Decline</button></form>
<p>No account yet? <a href="/sign-up" target="_blank" rel="noopener">Make one with this address</a>, then come back here.</p>`;
}
