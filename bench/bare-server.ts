/**
 * The floor: a bare HTTP server that answers the nested query with one statement written by hand, whose JSON
 * text goes to the client untouched. It knows the public conditions, no viewer and no GraphQL. Started by
 * contenders.ts as a process of its own.
 */
import { createServer } from 'node:http';
import pg from 'pg';

/** Our server prepares its statement for this query, so the floor does too. */
const preparation = { name: 'nested' };

const statement = `
  select json_build_object('data', json_build_object('events', json_build_object('nodes', coalesce(json_agg(e), '[]'))))::text as answer
  from (
    select e.id, e.name, e.identifier, e.description, e.starts_at as "startsAt", e.ends_at as "endsAt", e.timezone, e.location_name as "locationName",
      (select json_build_object('nodes', coalesce(json_agg(s), '[]')) from (
        select s.id, s.title, s.subtitle, s.state, s.level, s.language, s.starts_at as "startsAt",
          (select json_build_object('nodes', coalesce(json_agg(p), '[]')) from (
            select p.id, p.name, p.organisation, p.position, p.country, p.city, p.short_biography as "shortBiography"
            from session_speakers l join speakers p on p.id = l.speaker_id
            where l.session_id = s.id and p.deleted_at is null
            order by p.name, p.id limit 20) p) as speakers
        from (
          select * from sessions s
          where s.event_id = e.id and s.deleted_at is null and s.state in ('ACCEPTED', 'CONFIRMED')
          order by s.starts_at, s.id limit 10) s) s) as sessions
    from (
      select * from events e
      where e.deleted_at is null and e.state = 'PUBLISHED' and e.privacy = 'PUBLIC'
      order by e.starts_at, e.id limit 20) e) e`;

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });

createServer((request, response) => {
  request.resume();
  pool.query<{ answer: string }>({ text: statement, ...preparation }).then(
    ({ rows }) => response.writeHead(200, { 'content-type': 'application/json' }).end(rows[0]!.answer),
    (error: Error) => response.writeHead(500).end(error.message),
  );
}).listen(Number(process.env.PORT), '127.0.0.1');
