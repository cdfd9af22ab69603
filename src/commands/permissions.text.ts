/** A permission table for the terminal: the grid, its numbered notes, and its fields. */
import Table from 'cli-table3';
import type { GraphQLSchema } from 'graphql';
import {
  describeReaders,
  describeWriters,
  markOf,
  notesInOrder,
  usedActions,
} from '../permissions/document.ts';
import type { PermissionTable } from '../permissions/table.ts';

/** Plain tables: colours would get into pipes, and lines between the rows make them long. */
const plain = {
  style: { head: [], border: [] },
  chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
};
const widthOfReaders = 60;

/** A table as text. */
export function tableText(table: PermissionTable, schema: GraphQLSchema): string {
  const used = usedActions(table);
  const grid = new Table({ ...plain, head: [table.resource, ...used] });
  grid.push(...table.rows.map((row) => [row.actor.name, ...used.map((action) => markOf(row, action))]));
  const notes = notesInOrder(table).map(({ key, text }) => `  ${key}: ${text}`);
  const parts = [grid.toString(), ...notes];
  if (table.rootList) parts.push(`  In lists of the resource itself: ${table.rootList.text}`);
  if (table.steps) {
    const steps = new Table({ ...plain, head: ['from', ...table.steps.parties] });
    steps.push(...table.steps.next.map(([from, ...to]) => [from, ...to.map((states) => states.join(', '))]));
    parts.push(steps.toString());
  }
  parts.push(...(table.remarks ?? []).map((remark) => `  ${remark}`));
  const guarded = Object.keys(table.guarded);
  if (guarded.length > 0) {
    const fields = new Table({
      ...plain,
      head: ['field', 'read', 'write'],
      colWidths: [null, widthOfReaders, null],
      wordWrap: true,
    });
    fields.push(
      ...guarded.map((field) => [
        field,
        describeReaders(table, field).join(', '),
        describeWriters(table, field, schema).join(', ') || 'the server',
      ]),
    );
    parts.push(fields.toString());
  }
  parts.push(`  Read by all who see the row: ${table.open.join(', ')}`);
  return parts.join('\n');
}
