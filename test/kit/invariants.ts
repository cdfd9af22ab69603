/**
 * What holds of the rows at every moment, each as a statement that finds where it does not. docs/invariants.md says of
 * each what holds it; a test compares the two.
 */

/** A sentence that is always true of the database. */
export interface Invariant {
  /** The sentence, as docs/invariants.md has it. */
  readonly name: string;
  /** Finds the rows that contradict it. */
  readonly violations: string;
}

const members = 'SELECT FROM collaboration_organizations l WHERE l.collaboration_id';

/** All invariants. */
export const invariants: readonly Invariant[] = [
  {
    name: 'An event has exactly one owner, whose account is not deleted.',
    violations: `SELECT e.id FROM events e WHERE e.deleted_at IS NULL AND 1 <> (
      SELECT count(*) FROM event_members m JOIN users u ON u.id = m.user_id WHERE m.event_id = e.id AND m.role = 'OWNER' AND u.deleted_at IS NULL)`,
  },
  {
    name: 'A person holds one role at an event.',
    violations: 'SELECT event_id FROM event_members GROUP BY event_id, user_id HAVING count(*) > 1',
  },
  {
    name: 'There is a super admin who is neither blocked nor deleted, once there was one.',
    violations: `SELECT WHERE EXISTS (SELECT FROM users WHERE is_super_admin)
      AND NOT EXISTS (SELECT FROM users WHERE is_super_admin AND NOT is_blocked AND deleted_at IS NULL)`,
  },
  {
    name: 'No two living accounts have the same e-mail address or username, whatever its capitals.',
    violations: `SELECT lower(email) FROM users WHERE deleted_at IS NULL AND email IS NOT NULL GROUP BY lower(email) HAVING count(*) > 1
      UNION ALL SELECT lower(username) FROM users WHERE deleted_at IS NULL AND username IS NOT NULL GROUP BY lower(username) HAVING count(*) > 1`,
  },
  {
    name: 'A person has one profile at an event.',
    violations:
      'SELECT event_id FROM speakers WHERE deleted_at IS NULL AND user_id IS NOT NULL GROUP BY event_id, user_id HAVING count(*) > 1',
  },
  {
    name: "No two profiles of an event without a user have the same address, and none has that of a verified person's profile.",
    violations: `SELECT a.id FROM speakers a JOIN speakers b ON b.event_id = a.event_id AND b.id <> a.id AND lower(b.email) = lower(a.email)
      LEFT JOIN users u ON u.id = b.user_id
      WHERE a.deleted_at IS NULL AND b.deleted_at IS NULL AND a.user_id IS NULL AND (b.user_id IS NULL OR u.is_verified)`,
  },
  {
    name: 'The speakers, track, room and type of a session belong to its event.',
    violations: `SELECT s.id FROM sessions s
      LEFT JOIN tracks t ON t.id = s.track_id LEFT JOIN rooms r ON r.id = s.room_id LEFT JOIN session_types y ON y.id = s.session_type_id
      WHERE s.event_id <> ALL (ARRAY[coalesce(t.event_id, s.event_id), coalesce(r.event_id, s.event_id), coalesce(y.event_id, s.event_id)])
      OR EXISTS (SELECT FROM session_speakers l JOIN speakers p ON p.id = l.speaker_id WHERE l.session_id = s.id AND p.event_id <> s.event_id)`,
  },
  {
    name: 'An address has one pending invite to a role, a session or an organization.',
    violations: `SELECT event_id FROM role_invites WHERE answer = 'PENDING' GROUP BY event_id, lower(email), role HAVING count(*) > 1
      UNION ALL SELECT session_id FROM speaker_invites WHERE answer = 'PENDING' GROUP BY session_id, lower(email) HAVING count(*) > 1
      UNION ALL SELECT organization_id FROM membership_invites WHERE answer = 'PENDING' GROUP BY organization_id, lower(email) HAVING count(*) > 1`,
  },
  {
    name: 'A field of a form has one identifier at its event, an event one call for speakers and one copyright.',
    violations: `SELECT event_id FROM custom_forms GROUP BY event_id, form, field_identifier HAVING count(*) > 1
      UNION ALL SELECT event_id FROM calls_for_speakers GROUP BY event_id HAVING count(*) > 1
      UNION ALL SELECT event_id FROM copyrights GROUP BY event_id HAVING count(*) > 1`,
  },
  {
    name: "What is held in an organization is held by its members, and an organization's role in it alone.",
    violations: `SELECT a.id FROM role_assignments a JOIN roles r ON r.id = a.role_id LEFT JOIN memberships m ON m.id = a.membership_id
      WHERE m.user_id <> a.user_id OR (r.organization_id IS NOT NULL AND m.organization_id IS DISTINCT FROM r.organization_id)
      UNION ALL SELECT g.id FROM rule_grants g JOIN memberships m ON m.id = g.membership_id WHERE m.user_id <> g.user_id`,
  },
  {
    name: 'The compute nodes of a collaboration are those of its member organizations, one each.',
    violations: `SELECT n.id FROM compute_nodes n WHERE NOT EXISTS (${members} = n.collaboration_id AND l.organization_id = n.organization_id)
      UNION ALL SELECT collaboration_id FROM compute_nodes GROUP BY collaboration_id, organization_id HAVING count(*) > 1`,
  },
  {
    name: 'Whoever has an open result is a member of the collaboration of its task.',
    violations: `SELECT r.id FROM results r JOIN tasks t ON t.id = r.task_id WHERE r.finished_at IS NULL AND t.collaboration_id IS NOT NULL
      AND NOT EXISTS (${members} = t.collaboration_id AND l.organization_id = r.organization_id)`,
  },
  {
    name: 'A task is finished when all its results are, and its status follows from theirs.',
    violations: `SELECT t.id FROM tasks t JOIN LATERAL (SELECT bool_and(finished_at IS NOT NULL) AS finished, array_agg(status) AS statuses FROM results r WHERE r.task_id = t.id) r ON true
      WHERE (t.finished_at IS NOT NULL) <> r.finished
        OR (t.status = 'FAILED') <> (r.statuses && ARRAY['FAILED', 'START_FAILED', 'NO_IMAGE', 'CRASHED', 'NOT_ALLOWED', 'UNKNOWN_ERROR'])
        OR (t.status = 'COMPLETED') <> ('COMPLETED' = ALL (r.statuses))`,
  },
  {
    name: 'The subtasks of a canceled task are not open.',
    violations: `SELECT r.id FROM results r JOIN task_ancestors a ON a.task_id = r.task_id JOIN tasks t ON t.id = a.ancestor_id
      WHERE t.status = 'CANCELED' AND t.finished_at IS NOT NULL AND r.finished_at IS NULL`,
  },
  {
    name: 'A payload is used once.',
    violations: `SELECT id FROM (SELECT input_payload_id AS id FROM results UNION ALL SELECT result_payload_id FROM results) used
      WHERE id IS NOT NULL GROUP BY id HAVING count(*) > 1`,
  },
];
