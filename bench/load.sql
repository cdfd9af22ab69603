-- The bench's rows: 400 events, each with 40 sessions and 20 speakers, two speakers a session.
-- One event in five is a draft; of ten sessions six are accepted and four in states that nobody outside may see.
-- No session is confirmed, so that the plain condition `state = ACCEPTED` of a peer without rules yields what the tables yield.

create temporary table e as select i, uuidv7() as id from generate_series(0, 399) i order by i;
create temporary table s as select e.i, j, e.id as event_id, uuidv7() as id from e, generate_series(0, 39) j order by e.i, j;
create temporary table p as select e.i, j, e.id as event_id, uuidv7() as id from e, generate_series(0, 19) j order by e.i, j;

insert into events (id, identifier, name, description, starts_at, ends_at, timezone, location_name, state, logo_url, external_event_url)
select id, 'event-' || i, 'Conference ' || (i * 7) % 400 || ' on things',
  'Two days with about ' || i * 10 || ' people who call things by their names.',
  timestamptz '2027-01-01 09:00Z' + (i * 37) % 365 * interval '1 day', timestamptz '2027-01-02 18:00Z' + (i * 37) % 365 * interval '1 day',
  'Europe/Berlin', 'Hall ' || i, case when i % 5 = 0 then 'DRAFT' else 'PUBLISHED' end,
  'https://images.example.org/events/' || i || '.png', 'https://example.org/events/' || i
from e;

insert into sessions (id, event_id, title, subtitle, level, language, short_abstract, long_abstract, starts_at, ends_at, state)
select s.id, event_id, 'Talk ' || j || ' of conference ' || s.i, 'A second line for talk ' || j, 'Intermediate', 'English',
  'An abstract of about a line and a half, which says what talk ' || j || ' is about and for whom it is meant.',
  repeat('A longer text about the same thing. ', 15),
  timestamptz '2027-01-01 09:00Z' + (s.i * 37) % 365 * interval '1 day' + (j * 7) % 40 / 4 * interval '1 hour',
  timestamptz '2027-01-01 10:00Z' + (s.i * 37) % 365 * interval '1 day' + (j * 7) % 40 / 4 * interval '1 hour',
  (array['ACCEPTED', 'PENDING', 'ACCEPTED', 'ACCEPTED', 'REJECTED', 'ACCEPTED', 'DRAFT', 'ACCEPTED', 'WITHDRAWN', 'ACCEPTED'])[1 + j % 10]
from s;

insert into speakers (id, event_id, name, email, organisation, position, country, city, short_biography, long_biography, photo_url)
select id, event_id, 'Speaker ' || (j * 13) % 20 || ' of ' || i, 'speaker' || j || '@event' || i || '.example.org', 'Company ' || j, 'Engineer',
  'Germany', 'Berlin', 'Writes programs since ' || 1980 + j || ' and talks about them.', repeat('A longer life. ', 25),
  'https://images.example.org/speakers/' || i || '-' || j || '.png'
from p;

insert into session_speakers (session_id, speaker_id)
select s.id, p.id from s join p on p.i = s.i and p.j in (s.j % 20, (s.j * 3 + 7) % 20);

drop table e, s, p;
analyze;
