/**
 * What tells this installation from others that share a Redis with it: the server of its database, which every role may
 * ask for its identifier, and the name of the database on it. A database that was restored elsewhere is another one.
 */
export const installationSql = `SELECT system_identifier || ':' || current_database() AS name FROM pg_control_system()`;
