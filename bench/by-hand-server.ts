/**
 * Our server three times in one process: with its tables on PORT, with them once more on the next port, and on the one
 * after without them: a schema without any guard, and one SQL statement whose conditions were written by hand. What the
 * last is faster than the first is the price of authorization; the second tells how far such a figure can be trusted.
 * In one process, because two processes of one server differ more than that. Started by contenders.ts; by hand it
 * answers the nested work only.
 */
import { createApp } from '../dist/src/app.js';
import { loadConfig } from '../dist/src/platform/config/index.js';
import { buildUnguardedSchema } from '../dist/src/platform/graphql/schema.js';
import { serve } from '../dist/src/server.js';
import { slices } from '../dist/src/slices.js';

const statement = `
  select (select json_agg(json_build_array(
      array[e.id::text, e.name, e.identifier, e.description, e.starts_at::text, e.ends_at::text, e.timezone, e.location_name],
      (select json_agg(json_build_array(
          array[s.id::text, s.title, s.subtitle, s.state, s.level, s.language, s.starts_at::text],
          (select json_agg(json_build_array(array[p.id::text, p.name, p.organisation, p.position, p.country, p.city, p.short_biography]))
           from (select p.id, p.name, p.organisation, p.position, p.country, p.city, p.short_biography
                 from session_speakers l join speakers p on p.id = l.speaker_id
                 where l.session_id = s.id and p.deleted_at is null
                   and (s.state in ('ACCEPTED', 'CONFIRMED') or exists (
                     select 1 from session_speakers m join sessions o on o.id = m.session_id
                     where m.speaker_id = p.id and o.deleted_at is null and o.state in ('ACCEPTED', 'CONFIRMED')))
                 order by p.name, p.id limit 20) p)))
       from (select s.id, s.title, s.subtitle, s.state, s.level, s.language, s.starts_at from sessions s
             where s.event_id = e.id and s.deleted_at is null and s.state in ('ACCEPTED', 'CONFIRMED')
             order by s.starts_at nulls last, s.id limit 10) s)))
    from (select e.id, e.name, e.identifier, e.description, e.starts_at, e.ends_at, e.timezone, e.location_name from events e
          where e.deleted_at is null and e.state = 'PUBLISHED' and e.privacy = 'PUBLIC'
          order by e.starts_at, e.id limit 20) e)::text as json`;

const port = Number(process.env.PORT);
for (const offset of [0, 1]) {
  const app = await createApp(configOn(port + offset));
  await serve(app);
}
const app = await createApp(configOn(port + 2));
const original = app.database.value.bind(app.database);
app.database.value = () => original(statement, [], 'nested');
const resolvers = slices.flatMap((slice) => slice.resolvers ?? []);
const schema = buildUnguardedSchema({ resolvers, permissions: app.permissions });
await serve({ ...app, schema: () => schema });

function configOn(own: number) {
  return loadConfig({ ...process.env, PORT: String(own) }, '/');
}
