/**
 * The viewer: who asks. Made once per operation by src/accounts, read by everything that decides.
 * Carries the facts that conditions fold, so that most of a table is decided before any SQL exists.
 */

import type { RuleOperation, RuleResource, RuleScope } from './rules.ts';
import { catalogue, scopesFrom } from './rules.ts';

/** A rule that somebody holds, and where: in these organizations; null among them is site-wide. */
export interface HeldRule {
  readonly resource: RuleResource;
  readonly operation: RuleOperation;
  readonly scope: RuleScope;
  readonly organizations: readonly (string | null)[];
}

/** What a compute node or a container is bound to. */
export interface Machine {
  readonly computeNodeId: string;
  /** The organization whose machine it is. */
  readonly organizationId: string;
  readonly collaborationId: string;
  /** The task that a container works on; null for the compute node itself. */
  readonly taskId: string | null;
}

/** Who asks. `userId` is null for everyone who is not a signed-in person. */
export interface Viewer {
  readonly kind: 'anonymous' | 'user' | 'computeNode' | 'container' | 'server';
  readonly userId: string | null;
  readonly email: string | null;
  readonly isVerified: boolean;
  readonly isAdmin: boolean;
  readonly isSuperAdmin: boolean;
  /** Event roles held, by role: the ids of the events. */
  readonly eventRoles: ReadonlyMap<string, readonly string[]>;
  /** Rules held through roles or given directly; a super admin holds all of them site-wide. Nobody but people holds any. */
  readonly rules: readonly HeldRule[];
  /** Organizations in which the viewer holds organization:update through a role: in events of theirs a coorganizer. */
  readonly hosting: readonly string[];
  /** What a compute node or a container is bound to; null for people. */
  readonly machine: Machine | null;
  /** The family of refresh tokens that the bearer token belongs to; null without one. */
  readonly tokenFamilyId: string | null;
  /** When the bearer token ends, in milliseconds since 1970; null without one. */
  readonly expiresAt: number | null;
}

/** The viewer who is not signed in. */
export const anonymous: Viewer = {
  kind: 'anonymous',
  userId: null,
  email: null,
  isVerified: false,
  isAdmin: false,
  isSuperAdmin: false,
  eventRoles: new Map(),
  rules: [],
  hosting: [],
  machine: null,
  tokenFamilyId: null,
  expiresAt: null,
};

/**
 * Anybody with an account and nobody in particular: verified, without any role, and no row is theirs. What a table
 * grants to a stranger it grants to people at large, what it does not grant to one it grants to people by name.
 */
export const stranger: Viewer = { ...anonymous, kind: 'user', isVerified: true };

/** The server itself, for what it does of its own accord (schedules): it has the rights of a super admin and is nobody. */
export const serverViewer: Viewer = {
  ...anonymous,
  kind: 'server',
  isVerified: true,
  isAdmin: true,
  isSuperAdmin: true,
  rules: catalogue.map((rule) => ({ ...rule, organizations: [null] })),
};

/**
 * A stand-in for "each person": conditions planned for it keep their viewer parts and compile against the alias of
 * the users table instead. `whoCan` turns a table round with it.
 */
export interface EachPerson {
  readonly kind: 'each';
  readonly alias: string;
}

/** The viewer with one more role at an event: a mutation that gave it answers with what the role shows. */
export function withEventRole(viewer: Viewer, role: string, eventId: string): Viewer {
  const held = viewer.eventRoles.get(role) ?? [];
  return { ...viewer, eventRoles: new Map([...viewer.eventRoles, [role, [...held, eventId]]]) };
}

/** The viewer with the roles held at this event alone: what rows of one event come to by no other. */
export function withRolesAt(viewer: Viewer, eventId: string): Viewer {
  const held = [...viewer.eventRoles]
    .filter(([, events]) => events.includes(eventId))
    .map(([role]) => [role, [eventId]] as const);
  return { ...viewer, eventRoles: new Map(held) };
}

/** Whether the viewer is an admin or a super admin (permissions.md: staff). */
export function isStaff(viewer: Viewer): boolean {
  return viewer.isAdmin || viewer.isSuperAdmin;
}

/** Where somebody holds a rule at that scope or wider: site-wide, and in which organizations. */
export function placesOfRule(
  { rules }: Pick<Viewer, 'rules'>,
  rule: { readonly resource: RuleResource; readonly operation: RuleOperation; readonly scope: RuleScope },
): { readonly isSiteWide: boolean; readonly organizations: readonly string[] } {
  const scopes = scopesFrom(rule.scope);
  const held = rules.filter(
    ({ resource, operation, scope }) =>
      resource === rule.resource && operation === rule.operation && scopes.includes(scope),
  );
  const places = new Set(held.flatMap(({ organizations }) => organizations));
  const isSiteWide = places.delete(null);
  return { isSiteWide, organizations: [...places] as string[] };
}

/** Text that tells viewers apart: whose cursor it is. */
export function identityOf({ userId, machine }: Viewer): string | null {
  return userId ?? (machine && `${machine.computeNodeId} ${machine.taskId ?? ''}`);
}
