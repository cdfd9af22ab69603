import { beforeAll, describe, expect, it } from '@jest/globals';
import { drawBlueprint } from '../blueprint.ts';
import { modelOf } from '../platform/data/model.ts';
import { Statement } from '../platform/data/sql.ts';
import {
  all,
  any,
  always,
  column,
  future,
  holdsEventRole,
  isNull,
  isViewer,
  isViewersAddress,
  isVisible,
  not,
  past,
  some,
  via,
  viewerIs,
} from './condition.ts';
import type { Condition } from './condition.ts';
import type { Permissions } from './registry.ts';
import type { Source } from './sql.ts';
import { ConditionSql, provenBy } from './sql.ts';
import type { EachPerson, Viewer } from './viewer.ts';
import { anonymous } from './viewer.ts';

let permissions: Permissions;
beforeAll(() => {
  ({ permissions } = drawBlueprint());
});

const ada: Viewer = {
  ...anonymous,
  kind: 'user',
  userId: 'u1',
  email: 'ada@example.org',
  eventRoles: new Map([
    ['OWNER', ['e1', 'e2']],
    ['MODERATOR', ['e3']],
  ]),
};
const each: EachPerson = { kind: 'each', alias: 'p' };

function compiled(
  resource: string,
  condition: Condition,
  viewer: Viewer | EachPerson = ada,
  around: Partial<Source> = {},
) {
  const statement = new Statement();
  const sql = new ConditionSql(permissions.models, statement, viewer);
  const source: Source = {
    model: modelOf(permissions.models, resource),
    alias: statement.alias(),
    ...around,
  };
  const text = sql.compile(permissions.plan(condition, viewer), source);
  return statement.values.length > 0 ? [text, statement.values] : text;
}

const published = column('state', 'PUBLISHED');

describe('conditions as SQL', () => {
  it('compares columns with constants, never with text of users', () => {
    expect(compiled('Session', column('state', 'DRAFT', 'PENDING'))).toMatchInlineSnapshot(
      `"t1."state" IN ('DRAFT', 'PENDING')"`,
    );
    expect(compiled('Session', all(column('isLocked', false), isNull('submittedAt')))).toMatchInlineSnapshot(
      `"(t1."is_locked" = false AND t1."submitted_at" IS NULL)"`,
    );
    expect(compiled('CallForSpeakers', any(past('startsAt'), future('softEndsAt')))).toMatchInlineSnapshot(
      `"(t1."starts_at" <= now() OR t1."soft_ends_at" > now())"`,
    );
    expect(compiled('Session', not(column('level', "it's")))).toMatchInlineSnapshot(
      `"NOT coalesce(t1."level" = 'it''s', false)"`,
    );
  });

  it('hands the viewer over as parameters', () => {
    expect(compiled('Session', isViewer('creator'))).toMatchInlineSnapshot(`
     [
       "t1."creator_id" = $1::uuid",
       [
         "u1",
       ],
     ]
    `);
    expect(compiled('Speaker', isViewersAddress('email'))).toMatchInlineSnapshot(`
     [
       "lower(t1."email") = lower($1::text)",
       [
         "ada@example.org",
       ],
     ]
    `);
    expect(compiled('Event', holdsEventRole('OWNER'))).toMatchInlineSnapshot(`
     [
       "t1."id" = ANY($1::uuid[])",
       [
         "{e1,e2}",
       ],
     ]
    `);
  });

  it('asks a foreign key itself where the row behind it has nothing to add', () => {
    expect(compiled('Session', via('event', holdsEventRole('MODERATOR')))).toMatchInlineSnapshot(`
     [
       "t1."event_id" = $1::uuid",
       [
         "e3",
       ],
     ]
    `);
    expect(compiled('Session', via('event', always))).toMatchInlineSnapshot(`"true"`);
    expect(compiled('Session', via('track', always))).toMatchInlineSnapshot(`"t1."track_id" IS NOT NULL"`);
  });

  it('reaches related rows by sub-queries, living ones only', () => {
    expect(compiled('Session', via('event', published))).toMatchInlineSnapshot(
      `"EXISTS (SELECT 1 FROM "events" t2 WHERE t2.id = t1."event_id" AND t2."state" = 'PUBLISHED')"`,
    );
    expect(compiled('Event', some('sessions', column('isLocked', true)))).toMatchInlineSnapshot(
      `"EXISTS (SELECT 1 FROM "sessions" t2 WHERE t2."event_id" = t1."id" AND t2.deleted_at IS NULL AND t2."is_locked" = true)"`,
    );
    expect(compiled('Session', some('speakers', isViewer('user')))).toMatchInlineSnapshot(`
     [
       "EXISTS (SELECT 1 FROM "session_speakers" t3 JOIN "speakers" t2 ON t2.id = t3."speaker_id" WHERE t3."session_id" = t1."id" AND t2.deleted_at IS NULL AND t2."user_id" = $1::uuid)",
       [
         "u1",
       ],
     ]
    `);
  });

  it('asks the parent row that the statement has instead of looking it up again', () => {
    const event: Source = {
      model: modelOf(permissions.models, 'Event'),
      alias: 'e',
    };
    expect(
      compiled('Session', via('event', published), ada, {
        known: new Map([['event', event]]),
      }),
    ).toMatchInlineSnapshot(`"e."state" = 'PUBLISHED'"`);
    // The event stays known through a many-to-many link: both ends belong to the same one.
    const statement = new Statement();
    const sql = new ConditionSql(permissions.models, statement, ada);
    const session: Source = {
      model: modelOf(permissions.models, 'Session'),
      alias: 's',
      known: new Map([['event', event]]),
    };
    const { from, target } = sql.linked(session, 'speakers');
    expect([from, sql.compile(via('event', published), target)]).toMatchInlineSnapshot(`
     [
       ""session_speakers" t2 JOIN "speakers" t1 ON t1.id = t2."speaker_id" WHERE t2."session_id" = s."id"",
       "e."state" = 'PUBLISHED'",
     ]
    `);
  });

  it('takes the row from which another was reached as the witness that one exists', () => {
    const statement = new Statement();
    const sql = new ConditionSql(permissions.models, statement, ada);
    const session: Source = {
      model: modelOf(permissions.models, 'Session'),
      alias: 's',
    };
    const { target } = sql.linked(session, 'speakers');
    expect(sql.compile(some('sessions', column('state', 'ACCEPTED')), target)).toMatchInlineSnapshot(
      `"(s."state" = 'ACCEPTED' OR EXISTS (SELECT 1 FROM "session_speakers" t4 JOIN "sessions" t3 ON t3.id = t4."session_id" WHERE t4."speaker_id" = t1."id" AND t3.deleted_at IS NULL AND t3."state" = 'ACCEPTED'))"`,
    );
  });

  it('writes no parameter for a part that what is known makes idle', () => {
    const whole = any(isViewer('creator'), via('event', all()));
    expect(compiled('Session', whole)).toBe('true');
    const proven = provenBy(column('state', 'ACCEPTED'));
    expect(compiled('Session', any(isViewer('creator'), column('state', 'ACCEPTED')), ada, { proven })).toBe(
      'true',
    );
    expect(
      compiled('Session', any(all(isViewer('creator'), viewerIs('signedIn')), viewerIs('signedIn')), each),
    ).toBe('true');
  });

  it('asks each person instead of the viewer where a table is turned round', () => {
    expect(compiled('Session', all(viewerIs('staff'), isViewer('creator')), each)).toMatchInlineSnapshot(
      `"((p.is_admin OR p.is_super_admin) AND t1."creator_id" = p.id)"`,
    );
    expect(compiled('Speaker', isViewersAddress('email'), each)).toMatchInlineSnapshot(
      `"lower(t1."email") = lower(p.email)"`,
    );
    expect(
      compiled('Session', via('event', holdsEventRole('OWNER', 'ORGANIZER')), each),
    ).toMatchInlineSnapshot(
      `"EXISTS (SELECT 1 FROM "events" t2 WHERE t2.id = t1."event_id" AND EXISTS (SELECT 1 FROM "event_members" t3 WHERE t3.event_id = t2."id" AND t3.user_id = p.id AND t3.role IN ('OWNER', 'ORGANIZER')))"`,
    );
  });

  it('puts the View condition of another table in', () => {
    expect(compiled('Track', via('event', isVisible('Event')), anonymous)).toMatchInlineSnapshot(
      `"EXISTS (SELECT 1 FROM "events" t2 WHERE t2.id = t1."event_id" AND (t2."deleted_at" IS NULL AND t2."state" = 'PUBLISHED'))"`,
    );
  });

  it('refuses what was not planned, and relations that are not there', () => {
    const sql = new ConditionSql(permissions.models, new Statement(), ada);
    const source: Source = {
      model: modelOf(permissions.models, 'Event'),
      alias: 't1',
    };
    expect(() => sql.compile(isVisible('Event'), source)).toThrow('must be planned');
    expect(() => sql.compile(isViewer('sourceOwnerId'), source)).toThrow('must be planned');
    expect(() => sql.compile(via('sessions', published), source)).toThrow(
      'Event.sessions is no to-one relation',
    );
    expect(() =>
      sql.compile(some('event', published), {
        ...source,
        model: modelOf(permissions.models, 'Track'),
      }),
    ).toThrow('no to-many');
    expect(() => sql.compile(column('stage', 'X'), source)).toThrow('Event has no column for stage');
  });
});
