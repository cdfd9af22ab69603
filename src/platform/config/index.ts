/** The configuration of a process: one typed schema, loaded once. See schema.ts for the keys. */
export { ConfigError, loadConfig } from './load.ts';
export type { Config, ConfigProblem, Source } from './load.ts';
export { configReference, describeConfig, envExample } from './print.ts';
export type { ConfigLine } from './print.ts';
