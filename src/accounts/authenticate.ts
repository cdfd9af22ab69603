/**
 * Who asks: turns the Authorization header of a request into a viewer, with one statement for whoever is signed in.
 * What a token is worth is read at every request, so blocking, deletion and signing out hold from the next one on.
 */
import type { Logger } from 'pino';
import { loadComputeNode, renewLeases } from '../compute-nodes/presence.ts';
import { loadContainer } from '../tasks/container.ts';
import type { HeldRule, Viewer } from '../permissions/viewer.ts';
import { anonymous } from '../permissions/viewer.ts';
import { AccessTokens } from '../platform/auth/access-token.ts';
import type { AccessClaims } from '../platform/auth/access-token.ts';
import type { Config } from '../platform/config/index.ts';
import type { Database } from '../platform/data/database.ts';
import type { Authentication } from '../platform/graphql/context.ts';

/** How old lastSeenAt may get before a request renews it. */
const seenEvery = `interval '5 minutes'`;

const viewerSql = `
  SELECT json_build_object(
    'email', u.email, 'isVerified', u.is_verified, 'isAdmin', u.is_admin, 'isSuperAdmin', u.is_super_admin,
    'isUnseen', u.last_seen_at IS NULL OR u.last_seen_at < now() - ${seenEvery},
    'eventRoles', (SELECT json_agg(json_build_array(r.role, r.events))
                   FROM (SELECT m.role, json_agg(m.event_id) AS events FROM event_members m WHERE m.user_id = u.id GROUP BY m.role) r),
    'rules', (SELECT json_agg(json_build_object('resource', r.resource, 'operation', r.operation, 'scope', r.scope, 'organizations', r.organizations))
              FROM (SELECT h.resource, h.operation, h.scope, json_agg(DISTINCT h.organization_id) AS organizations
                    FROM held_rules h WHERE h.user_id = u.id GROUP BY h.resource, h.operation, h.scope) r),
    'hosting', (SELECT json_agg(DISTINCT h.organization_id) FROM held_rules h
                WHERE h.user_id = u.id AND h.is_through_role AND h.organization_id IS NOT NULL
                  AND h.resource = 'organization' AND h.operation = 'UPDATE')
  )::text
  FROM users u
  WHERE u.id = $1 AND u.deleted_at IS NULL AND NOT u.is_blocked AND ($2::uuid IS NULL OR EXISTS (
    SELECT FROM token_families f WHERE f.id = $2 AND f.user_id = u.id AND f.ended_at IS NULL AND f.expires_at > now()))`;

interface StoredViewer {
  readonly email: string | null;
  readonly isVerified: boolean;
  readonly isAdmin: boolean;
  readonly isSuperAdmin: boolean;
  readonly isUnseen: boolean;
  readonly eventRoles: [string, string[]][] | null;
  readonly rules: HeldRule[] | null;
  readonly hosting: string[] | null;
}

/** Who somebody claims, or has proved, to be; without a family where no token was given for it. */
type Claim = { readonly userId: string } & {
  readonly [key in 'familyId' | 'expiresAt']: AccessClaims[key] | null;
};

/** The viewer of a living person in a living family of tokens, as the database has them now; null for any other. */
export async function loadViewer(
  database: Pick<Database, 'texts'>,
  claim: Claim,
): Promise<{ viewer: Viewer; isUnseen: boolean } | null> {
  const [text = null] = await database.texts({
    text: viewerSql,
    values: [claim.userId, claim.familyId],
    name: 'viewer',
  });
  if (text === null) return null;
  const { email, isVerified, isAdmin, isSuperAdmin, isUnseen, eventRoles, rules, hosting } = JSON.parse(
    text,
  ) as StoredViewer;
  return {
    isUnseen,
    viewer: {
      kind: 'user',
      userId: claim.userId,
      email,
      isVerified,
      isAdmin,
      isSuperAdmin,
      eventRoles: new Map(eventRoles ?? []),
      rules: rules ?? [],
      hosting: hosting ?? [],
      machine: null,
      tokenFamilyId: claim.familyId,
      expiresAt: claim.expiresAt,
    },
  };
}

/** Authenticates requests; one per application. */
export class Authenticator {
  private readonly tokens: AccessTokens;
  private readonly marking = new Set<string>();

  constructor(
    private readonly database: Database,
    config: Config,
    private readonly log: Logger,
  ) {
    this.tokens = new AccessTokens(config);
  }

  /** The sender of a request by its Authorization header. Without one: anonymous; with any but a good bearer token: rejected. */
  async authenticate(authorization: string | null | undefined): Promise<Authentication> {
    const given = authorization?.trim() ?? '';
    if (given === '') return { viewer: anonymous, isRejected: false };
    const token = /^bearer\s+(.*)$/is.exec(given)?.[1];
    const claims = token === undefined ? null : await this.tokens.verify(token);
    const found = claims && (await this.find(claims));
    if (!found) return { viewer: anonymous, isRejected: true };
    if (found.isUnseen) void this.markSeen(found.viewer);
    return { viewer: found.viewer, isRejected: false };
  }

  private find({
    userId,
    computeNodeId,
    familyId,
    work,
    expiresAt,
  }: AccessClaims): Promise<{ viewer: Viewer; isUnseen: boolean } | null> {
    if (work) return loadContainer(this.database, { work, familyId, expiresAt });
    if (computeNodeId !== null) return loadComputeNode(this.database, { computeNodeId, familyId, expiresAt });
    return userId === null
      ? Promise.resolve(null)
      : loadViewer(this.database, { userId, familyId, expiresAt });
  }

  /** Nobody waits for this. */
  private async markSeen(viewer: Viewer): Promise<void> {
    const { userId, machine } = viewer;
    const key = userId ?? machine?.computeNodeId;
    if (key === undefined || this.marking.has(key)) return;
    this.marking.add(key);
    try {
      if (userId === null) await renewLeases(this.database, [viewer]);
      else {
        await this.database.pool.query(
          `UPDATE users SET last_seen_at = now() WHERE id = $1 AND (last_seen_at IS NULL OR last_seen_at < now() - ${seenEvery})`,
          [userId],
        );
      }
    } catch (error) {
      this.log.debug({ err: error }, 'the time when somebody was last seen could not be kept');
    } finally {
      this.marking.delete(key);
    }
  }
}
