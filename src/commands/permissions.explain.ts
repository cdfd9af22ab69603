/** Explanations in words: what the permission tables come to for a kind of person, and why a decision was taken. */
import type { GraphQLSchema } from 'graphql';
import { EventRole } from '../events/event.states.ts';
import type { Decision } from '../permissions/decide.ts';
import { describeWriters } from '../permissions/document.ts';
import type { Outcome } from '../permissions/explain.ts';
import { outcomeOfAction, outcomeOfField } from '../permissions/explain.ts';
import type { Permissions } from '../permissions/registry.ts';
import type { Action, PermissionTable } from '../permissions/table.ts';
import { actions } from '../permissions/table.ts';
import type { Viewer } from '../permissions/viewer.ts';
import { anonymous } from '../permissions/viewer.ts';
import { defaultRoles } from '../roles/default-roles.ts';
import { UsageError } from '../platform/cli/cli.ts';

/** An explanation: each outcome as data, and all of it as sentences. */
export interface Explanation {
  readonly as: string;
  readonly outcomes: Readonly<Record<string, Outcome>>;
  readonly sentences: readonly string[];
}

/** Stands for an id where any would do: explanations are of kinds of people, not of one. */
const somebody = '00000000-0000-7000-8000-000000000000';
const registered: Viewer = { ...anonymous, kind: 'user', userId: somebody, email: 'somebody@example.org' };
const verified: Viewer = { ...registered, isVerified: true };

const machine = {
  computeNodeId: somebody,
  organizationId: somebody,
  collaborationId: somebody,
  taskId: somebody,
};

/** A kind of viewer, by the word for it on the command line. */
export interface KindOfViewer {
  readonly as: string;
  /** As the subject of a sentence. */
  readonly subject: string;
  readonly viewer: Viewer;
}

const kinds: readonly KindOfViewer[] = [
  { as: 'anonymous', subject: 'somebody who is not signed in', viewer: anonymous },
  { as: 'registered', subject: 'a registered person', viewer: registered },
  { as: 'verified', subject: 'a verified person', viewer: verified },
  { as: 'staff', subject: 'an admin', viewer: { ...verified, isAdmin: true } },
  { as: 'super-admin', subject: 'a super admin', viewer: { ...verified, isSuperAdmin: true } },
  ...Object.values(EventRole).map((role) => {
    const as = role.toLowerCase().replaceAll('_', '-');
    const viewer: Viewer = { ...verified, eventRoles: new Map([[role, [somebody]]]) };
    return { as, subject: `a person with the event role ${as.replaceAll('-', ' ')}`, viewer };
  }),
  ...defaultRoles.map(({ name, rules }) => {
    const as = name.toLowerCase().replaceAll(' ', '-');
    const viewer: Viewer = {
      ...verified,
      rules: rules.map((rule) => ({ ...rule, organizations: [somebody] })),
    };
    return { as, subject: `a person with the role ${name} in an organization`, viewer };
  }),
  {
    as: 'compute-node',
    subject: 'a compute node',
    viewer: { ...anonymous, kind: 'computeNode', machine: { ...machine, taskId: null } },
  },
  { as: 'container', subject: 'a container', viewer: { ...anonymous, kind: 'container', machine } },
];

/** The kinds of people that `--as` takes. */
export const kindsOfViewers: readonly string[] = kinds.map(({ as }) => as);

/** The kind of that name. Throws a UsageError where there is none. */
export function kindOfViewer(name: string): KindOfViewer {
  const kind = kinds.find(({ as }) => as === name.toLowerCase().replaceAll('_', '-'));
  if (!kind)
    throw new UsageError(
      `--as ${name}: there is no such kind of person; there are ${kindsOfViewers.join(', ')}.`,
    );
  return kind;
}

/** What an action on a type comes to. */
export function explainAction(
  permissions: Permissions,
  table: PermissionTable,
  name: string,
  kind: KindOfViewer,
): Explanation {
  const action = actions.find((one) => one.toUpperCase() === name);
  if (!action)
    throw new UsageError(
      `--action ${name}: no permission table has such a column; there are ${actions.join(', ').toUpperCase()}.`,
    );
  const outcome = outcomeOfAction(permissions, table.resource, action, kind.viewer);
  const sentences = sentencesOf(`May ${kind.subject} ${action} ${aOrAn(table.resource)}?`, outcome);
  return { as: kind.as, outcomes: { [action]: outcome }, sentences };
}

/** What seeing a row and reading and writing one of its fields come to. */
export function explainField(
  permissions: Permissions,
  schema: GraphQLSchema,
  table: PermissionTable,
  field: string,
  { as, subject, viewer }: KindOfViewer,
): Explanation {
  const { resource } = table;
  const act = (action: Action) => outcomeOfAction(permissions, resource, action, viewer);
  const nobody: Outcome = { outcome: 'never', by: [] };
  const outcomes = {
    view: act('view'),
    read: outcomeOfField(permissions, resource, field, 'read', viewer),
    update: act('update'),
    write:
      describeWriters(table, field, schema).length === 0
        ? nobody
        : outcomeOfField(permissions, resource, field, 'write', viewer),
  };
  const sentences = [
    ...sentencesOf(`May ${subject} view ${aOrAn(resource)}?`, outcomes.view),
    ...sentencesOf(`Then read its ${field}?`, outcomes.read),
    ...sentencesOf(`May ${subject} update ${aOrAn(resource)}?`, outcomes.update),
    ...sentencesOf(`Then set its ${field}?`, outcomes.write),
  ];
  return { as, outcomes, sentences };
}

/** A decision in words. */
export function sentenceOfDecision({ allowed, reason, row, notes }: Decision): string {
  const lines = [allowed ? 'Allowed.' : `Not allowed: ${reason}.`];
  if (row !== null) lines.push(`Decided by the row "${row}"${notes.length > 0 ? ':' : '.'}`);
  lines.push(...notes.map(({ text, holds }) => `  ${holds ? 'holds' : 'does not hold'}: ${text}`));
  return lines.join('\n');
}

function aOrAn(resource: string): string {
  return `${/^[AEIO]/.test(resource) ? 'an' : 'a'} ${resource}`;
}

function sentencesOf(question: string, { outcome, by }: Outcome): string[] {
  if (outcome === 'never') return [`${question} Never.`];
  if (outcome === 'always')
    return [`${question} Always (${by.find(({ where }) => where.length === 0)?.row}).`];
  return [
    `${question} Where one of these holds:`,
    ...by.map(({ row, where }) => `  - ${row === where[0] ? row : `${row}: ${where.join('; ')}`}`),
  ];
}
