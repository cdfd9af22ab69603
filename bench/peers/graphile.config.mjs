/**
 * PostGraphile as its documentation starts it, on the bench's database and without any rule.
 * Its index behaviours are off, for they hide conditions and orders on columns without an index of their own.
 */
import { makePgService } from 'postgraphile/adaptors/pg';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';

export default {
  extends: [PostGraphileAmberPreset],
  disablePlugins: ['PgIndexBehaviorsPlugin'],
  pgServices: [makePgService({ connectionString: process.env.DATABASE_URL, schemas: ['public'] })],
  grafserv: { host: '127.0.0.1', port: Number(process.env.PORT), watch: false, graphiql: false },
};
