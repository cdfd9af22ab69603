/**
 * The page of an event at /e/{identifier}, for installations without a front end: what it is and what takes place when, as
 * everybody may see it. It is asked of the schema as nobody in particular, so it shows what such a query would.
 */
import { Router } from 'express';
import { DateTime } from 'luxon';
import type { App } from '../app.ts';
import { anonymous } from '../permissions/viewer.ts';
import { alert, page, pageGuard } from '../platform/http/page.ts';
import { escapeHtml } from '../platform/mail/layout.ts';
import { readList } from './export.read.ts';
import type { AskAs } from './export.read.ts';
import { readSchedule } from './schedule.ts';
import type { Schedule, ScheduledSession } from './schedule.ts';

/** Makes the router for /e/{identifier}; /e/{identifier}/schedule leads to its schedule. */
export function eventPages(app: Pick<App, 'ask' | 'database' | 'config'>): Router {
  const router = Router();
  const asNobody: AskAs = (document, variables) => app.ask(anonymous, document, variables);
  router.use('/e', pageGuard);
  router.get('/e/:identifier/schedule', (request, response) => {
    response.redirect(302, `/e/${encodeURIComponent(request.params.identifier)}#schedule`);
  });
  router.get('/e/:identifier', async (request, response) => {
    const { identifier } = request.params;
    const schedule = /^[\w-]+$/.test(identifier)
      ? await readSchedule({ ...app, ask: asNobody }, { identifier })
      : null;
    if (!schedule) {
      const words = alert('There is no event at this address, or it is not open to everybody.');
      response
        .status(404)
        .type('html')
        .send(
          page(
            'No event here',
            `${words}<p>Who is on its team, or speaks there, finds it after signing in.</p><a href="/">Go on</a>`,
          ),
        );
      return;
    }
    const untimed = await readList(asNobody, schedule.id, withoutTime, untimedFields);
    response
      .set('Cache-Control', 'public, max-age=300')
      .type('html')
      .send(page(schedule.name, content(schedule, untimed as Untimed[]), true));
  });
  return router;
}

const withoutTime = `sessions(filter: { state: { in: [ACCEPTED, CONFIRMED] }, startsAt: { isNull: true } }, orderBy: TITLE_ASC)`;
const untimedFields = 'title speakers(first: 100) { nodes { name } }';

interface Untimed {
  readonly title: string;
  readonly speakers: { readonly nodes: readonly { readonly name: string }[] };
}

function content(event: Schedule, untimed: readonly Untimed[]): string {
  const { identifier, timezone, description, locationName, url, sessions } = event;
  const [start, end] = [event.startsAt, event.endsAt].map((at) => local(at, timezone));
  const dates = start.hasSame(end, 'day') ? day(start) : `${day(start)} – ${day(end)}`;
  const days = Map.groupBy(sessions, ({ startsAt }) => day(local(startsAt, timezone)));
  return `<p>${[dates, timezone, locationName]
    .filter((word) => word !== null)
    .map(escapeHtml)
    .join('<br>')}</p>
${description ? `<p class="lines">${escapeHtml(description)}</p>` : ''}
${url && /^https?:/i.test(url) ? `<p><a href="${escapeHtml(url)}" rel="nofollow noopener">${escapeHtml(url)}</a></p>` : ''}
<p id="schedule"><a href="/events/${identifier}.ics">Add the schedule to a calendar</a></p>
${[...days].map(([name, list]) => `<section><h2>${escapeHtml(name)}</h2><ol>${list.map((session) => item(session, timezone)).join('\n')}</ol></section>`).join('\n')}
${untimed.length > 0 ? `<section><h2>Without a time yet</h2><ol>${untimed.map(untimedItem).join('\n')}</ol></section>` : ''}
${sessions.length + untimed.length === 0 ? '<p>There is no schedule yet.</p>' : ''}`;
}

function item(session: ScheduledSession, timezone: string): string {
  const { title, startsAt, endsAt, track, room, sessionType, speakers, shortAbstract, longAbstract } =
    session;
  const [start, end] = [startsAt, endsAt].map((at) => local(at, timezone));
  const abstract = shortAbstract ?? longAbstract;
  const about = [
    speakers.map(({ name }) => name).join(', '),
    room?.name,
    track?.name,
    sessionType?.name,
  ].filter(Boolean) as string[];
  return `<li><time datetime="${startsAt}">${start.toFormat('HH:mm')} – ${end.toFormat(start.hasSame(end, 'day') ? 'HH:mm' : 'ccc HH:mm')}</time>
<div><h3>${escapeHtml(title)}</h3><p>${about.map(escapeHtml).join(' · ')}</p>
${abstract ? `<details><summary>What it is about</summary><p class="lines">${escapeHtml(abstract)}</p></details>` : ''}</div></li>`;
}

function untimedItem({ title, speakers }: Untimed): string {
  return `<li><div><h3>${escapeHtml(title)}</h3><p>${escapeHtml(speakers.nodes.map(({ name }) => name).join(', '))}</p></div></li>`;
}

const local = (at: string, zone: string): DateTime => DateTime.fromISO(at, { zone, locale: 'en-GB' });
const day = (at: DateTime): string => at.toLocaleString(DateTime.DATE_HUGE);
