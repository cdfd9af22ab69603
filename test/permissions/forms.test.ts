/** The matrix of custom forms, and of the answers that they ask for. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '../../src/platform/graphql/node.ts';
import { Matrix, askers } from './matrix.ts';

const matrix = new Matrix();
const { world, oracle } = matrix;
const events = [...world.events.values()];
const fields = events.flatMap((event) =>
  ['fixed', 'loose'].map((kind) => ({
    name: `${kind} of ${event.name}`,
    id: randomUUID(),
    event,
    isFixed: kind === 'fixed',
  })),
);
type FormRow = (typeof fields)[number];
const formId = ({ id }: { id: string }) => ({ id: encodeId('CustomForm', id) });

// The table of custom forms, by hand.
const edits = (viewer: string, { event }: FormRow) =>
  !event.isDeleted && (oracle.staff(viewer) || oracle.team(viewer, event.name));
const sees = (viewer: string, field: FormRow) =>
  edits(viewer, field) ||
  (oracle.signedIn(viewer) && !field.event.isDeleted && field.event.state === 'PUBLISHED');
const removes = (viewer: string, field: FormRow) =>
  edits(viewer, field) && (oracle.staff(viewer) || !field.isFixed);

async function writeFields(): Promise<void> {
  const { server } = matrix;
  await server.sql(`DELETE FROM custom_forms WHERE field_identifier IN ('title', 'diet', 'new')`);
  await server.sql(
    `INSERT INTO custom_forms (id, event_id, form, field_identifier, name, is_fixed, is_required, is_public, is_included)
     SELECT r.id, r.event, 'SESSION', r.key, r.name, r.fixed, r.fixed, r.fixed, true
     FROM jsonb_to_recordset($1::jsonb) r(id uuid, event uuid, key text, name text, fixed boolean)`,
    [
      JSON.stringify(
        fields.map((one) => ({
          id: one.id,
          event: one.event.id,
          key: one.isFixed ? 'title' : 'diet',
          name: one.name,
          fixed: one.isFixed,
        })),
      ),
    ],
  );
}

beforeAll(async () => {
  await matrix.start();
  await writeFields();
  await matrix.server.sql(`
    INSERT INTO custom_forms (id, event_id, form, field_identifier, name, is_public, is_included)
    SELECT gen_random_uuid(), e.id, f, 'said' || p, 'x', p = 'Public', true
    FROM events e, unnest(array['SESSION', 'SPEAKER']) f, unnest(array['Public', 'Privately']) p`);
  for (const table of ['sessions', 'speakers']) {
    await matrix.server.sql(
      `UPDATE ${table} SET answers = '{"saidPublic": "to all", "saidPrivately": "to few", "unknown": "to few"}'`,
    );
  }
});
afterAll(() => matrix.server.close());

const whole = { saidPublic: 'to all', saidPrivately: 'to few', unknown: 'to few' };
const part = { saidPublic: 'to all' };

describe.each(askers)('%s', (viewer) => {
  it('reads answers: those to public fields of what they see, the others where the tables grant them', async () => {
    for (const { name, id } of events.filter((event) => oracle.seesEvent(viewer, event))) {
      const { data, errors } = await matrix.ask(
        viewer,
        'query ($id: ID!) { event(id: $id) { sessions(first: 100) { nodes { title answers } } speakers(first: 100) { nodes { name answers } } } }',
        { id: encodeId('Event', id) },
      );
      expect(errors).toBeUndefined();
      for (const { title, answers } of data!.event.sessions.nodes) {
        const session = world.sessions.find((one) => one.name === title)!;
        const mine = oracle.signedIn(viewer) && oracle.submitted(viewer, session);
        expect([title, answers]).toEqual([
          title,
          oracle.staff(viewer) || oracle.team(viewer, name) || mine ? whole : part,
        ]);
      }
      for (const { name: who, answers } of data!.event.speakers.nodes) {
        const speaker = world.speakers.get(who)!;
        expect([who, answers]).toEqual([who, oracle.readsSpeakerFields(viewer, speaker) ? whole : part]);
      }
    }
  });

  it('sees the fields of forms that the table grants, on every path', async () => {
    await writeFields();
    const expected = fields.map((field) => (sees(viewer, field) ? { name: field.name } : null));
    expect(
      await matrix.askEach(
        viewer,
        (id) => `node(id: "${id}") { ... on CustomForm { name } }`,
        fields.map((one) => formId(one).id),
      ),
    ).toEqual(expected);
    for (const event of events.filter((one) => oracle.seesEvent(viewer, one))) {
      const { data } = await matrix.ask(
        viewer,
        'query ($id: ID!) { event(id: $id) { customForms(filter: { fieldIdentifier: { in: ["title", "diet"] } }) { totalCount nodes { name viewerCan } } } }',
        {
          id: encodeId('Event', event.id),
        },
      );
      const visible = fields.filter((field) => field.event === event && sees(viewer, field));
      expect(data!.event.customForms.totalCount).toBe(visible.length);
      expect([...data!.event.customForms.nodes].sort((a: any, b: any) => (a.name < b.name ? -1 : 1))).toEqual(
        visible.map((field) => ({
          name: field.name,
          viewerCan: [
            'VIEW',
            ...(edits(viewer, field) ? ['UPDATE'] : []),
            ...(removes(viewer, field) ? ['DELETE'] : []),
          ],
        })),
      );
    }
  });

  it('writes forms as the table grants', async () => {
    await writeFields();
    await matrix.tryEach(
      viewer,
      fields,
      'mutation ($id: ID!) { updateCustomForm(id: $id, input: { description: "x" }) { customForm { id } } }',
      formId,
      (field) => oracle.verdict(viewer, sees(viewer, field), edits(viewer, field)),
    );
    await matrix.tryEach(
      viewer,
      fields,
      'mutation ($id: ID!) { deleteCustomForm(id: $id) { deletedId } }',
      formId,
      (field) => oracle.verdict(viewer, sees(viewer, field), removes(viewer, field)),
    );
    const parents = fields.filter(({ isFixed }) => isFixed);
    const event = (field: FormRow) => ({ event: encodeId('Event', field.event.id) });
    const verdict = (field: FormRow) =>
      oracle.verdict(viewer, oracle.seesEvent(viewer, field.event), edits(viewer, field));
    await matrix.tryEach(
      viewer,
      parents,
      'mutation ($event: ID!) { createCustomForm(input: { eventId: $event, form: SPEAKER, type: TEXT, name: "New", fieldIdentifier: "new" }) { customForm { id } } }',
      event,
      verdict,
    );
    await matrix.tryEach(
      viewer,
      parents,
      'mutation ($event: ID!) { reorderCustomForms(eventId: $event, form: SESSION, ids: []) { event { id } } }',
      event,
      verdict,
    );
  });
});
