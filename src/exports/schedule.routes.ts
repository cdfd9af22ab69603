/** Published schedules for calendars and screens: /events/{identifier}.ics, .xcal and .xml, as everybody may see them. */
import { Router } from 'express';
import { anonymous } from '../permissions/viewer.ts';
import { typeOfKey } from '../platform/files/keys.ts';
import type { Ask } from '../platform/graphql/ask.ts';
import { scheduleWriters } from './export.formats.ts';
import { readSchedule } from './schedule.ts';

/** Makes the router. */
export function scheduleRoutes(ask: Ask): Router {
  const router = Router();
  router.get('/events/:file', async (request, response, next) => {
    const [, identifier, ending] = /^([\w-]+)\.(\w+)$/.exec(request.params.file) ?? [];
    const write = ending !== undefined && Object.hasOwn(scheduleWriters, ending) ? scheduleWriters[ending] : undefined;
    // Whoever is signed in gets no more: a calendar keeps what it has fetched, and shares it.
    const schedule = write && (await readSchedule((document, variables) => ask(anonymous, document, variables), { identifier }));
    if (!schedule) return next();
    response.set({
      'Content-Type': typeOfKey(request.params.file),
      'Content-Disposition': `inline; filename="${identifier}.${ending}"`,
      'Cache-Control': 'public, max-age=300',
      'Access-Control-Allow-Origin': '*',
      'Cross-Origin-Resource-Policy': 'cross-origin',
      'Content-Security-Policy': "default-src 'none'; sandbox",
    });
    response.send(write(schedule));
  });
  return router;
}
