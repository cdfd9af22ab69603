/**
 * The default roles: what they consist of, as the permission tables' specification has it. Rows are synced with this at
 * start; nothing else changes them.
 */
import type { CatalogueRule, RuleOperation, RuleResource, RuleScope } from '../permissions/rules.ts';
import { catalogue } from '../permissions/rules.ts';

/** A default role. */
export interface DefaultRole {
  readonly name: string;
  readonly description: string;
  readonly rules: readonly CatalogueRule[];
}

/** Rules on one resource: the operations, each with its scopes. */
function on(
  resource: RuleResource,
  operations: Partial<Record<RuleOperation, readonly RuleScope[]>>,
): CatalogueRule[] {
  return (Object.entries(operations) as [RuleOperation, readonly RuleScope[]][]).flatMap(
    ([operation, scopes]) => scopes.map((scope) => ({ resource, operation, scope })),
  );
}

const own = 'OWN';
const org = 'ORGANIZATION';
const col = 'COLLABORATION';
const glo = 'GLOBAL';

const viewer: readonly CatalogueRule[] = [
  ...on('user', { UPDATE: [own], DELETE: [own], VIEW: [org] }),
  ...on('organization', { VIEW: [org, col] }),
  ...on('collaboration', { VIEW: [org] }),
  ...on('role', { VIEW: [org] }),
  ...on('compute_node', { VIEW: [org, col] }),
  ...on('task', { VIEW: [col] }),
  ...on('result', { VIEW: [col] }),
  ...on('port', { VIEW: [org] }),
  ...on('live', { RECEIVE: [org, col] }),
];
const researching = on('task', { CREATE: [col], DELETE: [org] });
const organizationAdmin: readonly CatalogueRule[] = [
  ...viewer,
  ...on('user', { CREATE: [org], UPDATE: [org], DELETE: [org] }),
  ...on('organization', { UPDATE: [org] }),
  ...on('role', { CREATE: [org], UPDATE: [org], DELETE: [org] }),
  ...on('compute_node', { CREATE: [org], UPDATE: [org] }),
  ...on('live', { SEND: [org] }),
];
const collaborationAdmin: readonly CatalogueRule[] = [
  ...organizationAdmin,
  ...researching,
  ...on('user', { VIEW: [col], CREATE: [col], UPDATE: [col] }),
  ...on('organization', { VIEW: [glo], UPDATE: [col] }),
  ...on('collaboration', { UPDATE: [col] }),
  ...on('role', { VIEW: [col] }),
  ...on('compute_node', { CREATE: [col], VIEW: [col], DELETE: [col] }),
  ...on('live', { SEND: [col] }),
];

/** The default roles, from the widest to the narrowest. */
export const defaultRoles: readonly DefaultRole[] = [
  { name: 'Root', description: 'Every rule there is. A super admin holds it site-wide.', rules: catalogue },
  {
    name: 'Collaboration Admin',
    description: 'Runs collaborations, their people and their compute nodes, and research in them.',
    rules: collaborationAdmin,
  },
  {
    name: 'Organization Admin',
    description: 'Runs an organization: its people, roles and compute nodes.',
    rules: organizationAdmin,
  },
  {
    name: 'Researcher',
    description: 'Creates tasks, and looks at everything that a viewer does.',
    rules: [...viewer, ...researching],
  },
  { name: 'Viewer', description: 'Looks at the organization and at its collaborations.', rules: viewer },
];
