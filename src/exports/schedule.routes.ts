/**
 * Schedules for calendars and screens. Of published events, as everybody may see them: /events/{identifier}.ics, .xcal, .xml
 * and .json, and /events/{identifier}/sessions/{id}.ics for one session. What a person has marked: /calendars/{token}.ics,
 * for whoever knows the token, as that person may see it.
 */
import { Router } from 'express';
import type { Response } from 'express';
import type { App } from '../app.ts';
import { loadViewer } from '../accounts/authenticate.ts';
import { anonymous } from '../permissions/viewer.ts';
import { digestOf } from '../platform/auth/secrets.ts';
import { typeOfKey } from '../platform/files/keys.ts';
import { scheduleWriters } from './export.formats.ts';
import type { AskAs } from './export.read.ts';
import { calendarOf, toICalendar } from './ical.ts';
import { readMarked } from './marked.ts';
import { readSchedule } from './schedule.ts';

/** Makes the router. */
export function scheduleRoutes(app: Pick<App, 'ask' | 'database' | 'config'>): Router {
  const router = Router();
  // Whoever is signed in gets no more: a calendar keeps what it has fetched, and shares it.
  const source = { ...app, ask: ((document, variables) => app.ask(anonymous, document, variables)) as AskAs };

  router.get('/events/:file', async (request, response, next) => {
    const [, identifier, ending] = /^([\w-]+)\.(\w+)$/.exec(request.params.file) ?? [];
    const write =
      ending !== undefined && Object.hasOwn(scheduleWriters, ending) ? scheduleWriters[ending] : undefined;
    const schedule = write && (await readSchedule(source, { identifier }));
    if (!schedule) return next();
    send(response, request.params.file, write(schedule));
  });

  router.get('/events/:identifier/sessions/:file', async (request, response, next) => {
    const [, id] = /^(session_\w+)\.ics$/.exec(request.params.file) ?? [];
    const { identifier } = request.params;
    const schedule =
      id !== undefined && /^[\w-]+$/.test(identifier) ? await readSchedule(source, { identifier }) : null;
    const entries = schedule ? calendarOf(schedule).entries.filter((entry) => entry.id === id) : [];
    if (!schedule || entries.length === 0) return next();
    send(response, request.params.file, toICalendar({ name: schedule.name, url: schedule.page, entries }));
  });

  router.get('/calendars/:file', async (request, response, next) => {
    const [, token] = /^([\w-]{43})\.ics$/.exec(request.params.file) ?? [];
    const [owner] = token
      ? await app.database.query('SELECT id FROM users WHERE calendar_token_hash = $1', [digestOf(token)])
      : [];
    const found =
      owner &&
      (await loadViewer(app.database, { userId: String(owner.id), familyId: null, expiresAt: null }));
    if (!found) return next();
    const calendar = await readMarked({
      ...app,
      ask: (document, variables) => app.ask(found.viewer, document, variables),
    });
    send(response, 'favourites.ics', toICalendar(calendar), 'private, no-store');
  });
  return router;
}

function send(response: Response, file: string, text: string, caching = 'public, max-age=300'): void {
  response.set({
    'Content-Type': typeOfKey(file),
    'Content-Disposition': `inline; filename="${file}"`,
    'Cache-Control': caching,
    'Access-Control-Allow-Origin': '*',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Content-Security-Policy': "default-src 'none'; sandbox",
  });
  response.send(text);
}
