/**
 * Every configuration key there is, in groups: the only place where one is written down. Loading, `convoke config`,
 * the reference page and `.env.example` all come from here. To add a key, add a line.
 */
import { z } from 'zod';
import { address, addresses, keys, oneOf, onOff, origins, text, whole } from './values.ts';
import type { KeyInfo } from './values.ts';

const MB = 1024 * 1024;

/** The groups, as read: what is derived from other keys or generated (see load.ts) is still optional here. */
export const configSchema = z.object({
  run: z.object({
    mode: oneOf(['development', 'production', 'test'], 'development', {
      key: 'NODE_ENV',
      about:
        'What kind of run this is. In production, secrets must be given and introspection is off unless switched on.',
    }),
    dataDir: text({
      key: 'DATA_DIR',
      about:
        'Folder for everything that the server itself keeps: the embedded database, generated secrets, files.',
      expected: 'a folder; a relative one counts from the working directory',
    }).default('./data'),
    logLevel: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info', {
      key: 'LOG_LEVEL',
      about:
        'Least important messages that are still logged; with debug, errors of commands show their stack.',
    }),
    shutdownSeconds: whole(0, 3600, 10, {
      key: 'SHUTDOWN_SECONDS',
      about: 'How long running requests and jobs get to finish after SIGTERM or SIGINT, in seconds.',
    }),
    drainSeconds: whole(0, 3600, 2, {
      key: 'DRAIN_SECONDS',
      about:
        'In production: how long requests are still taken after SIGTERM or SIGINT, while /ready is 503 and balancers notice, in seconds.',
    }),
  }),
  http: z.object({
    port: whole(0, 65_535, 4000, { key: 'PORT', about: 'Port to listen on; 0 takes any free one.' }),
    host: text({
      key: 'HOST',
      about: 'Address to listen on; 0.0.0.0 listens on all of them.',
      expected: 'an address or host name of this machine',
    }).default('127.0.0.1'),
    publicUrl: address(['http', 'https'], {
      key: 'PUBLIC_URL',
      about: 'Where people reach the server; links in mails begin with it.',
      otherwise: 'http://localhost and the port',
    }).optional(),
    corsOrigins: origins({
      key: 'CORS_ORIGINS',
      about: 'Other origins whose pages may call the server from a browser. PUBLIC_URL always may.',
      otherwise: 'none',
    }),
    metricsToken: text({
      key: 'METRICS_TOKEN',
      about: 'Bearer token with which other machines may read /metrics; programs on this one need none.',
      expected: 'at least 32 characters without spaces',
      secret: true,
      otherwise: '/metrics exists for this machine alone',
    })
      .min(32)
      .regex(/^\S+$/)
      .optional(),
  }),
  database: z.object({
    url: address(['postgres', 'postgresql'], {
      key: 'DATABASE_URL',
      about: 'PostgreSQL 15 or newer.',
      secret: 'url',
      otherwise: 'an embedded PostgreSQL under DATA_DIR',
    }).optional(),
    poolSize: whole(2, 1000, 10, {
      key: 'POOL_SIZE',
      about:
        'Most database connections for requests, per process; those for reads without a sign-in come on top. Reads from one network address take at most half of them at once.',
    }),
    anonymousPoolSize: whole(1, 1000, 5, {
      key: 'ANONYMOUS_POOL_SIZE',
      about:
        'Most database connections for reads without a sign-in, per process; two more are shared by quick ones. Reads from one network address take at most half of them at once.',
    }),
    statementTimeoutMs: whole(0, 3_600_000, 30_000, {
      key: 'STATEMENT_TIMEOUT_MS',
      about: 'A statement that runs longer is cancelled, in milliseconds; 0 sets no limit.',
    }),
    anonymousStatementTimeoutMs: whole(0, 3_600_000, 5000, {
      key: 'ANONYMOUS_STATEMENT_TIMEOUT_MS',
      about: 'The same for statements of reads without a sign-in.',
    }),
  }),
  redis: z.object({
    url: address(['redis', 'rediss'], {
      key: 'REDIS_URL',
      about: 'Redis for job queues, and for telling live messages to all instances.',
      secret: 'url',
      otherwise: 'PostgreSQL does both',
    }).optional(),
  }),
  mail: z.object({
    smtpUrl: address(['smtp', 'smtps'], {
      key: 'SMTP_URL',
      about: 'Mail server to send through.',
      secret: 'url',
      otherwise: 'mails are kept and shown at /mailbox',
    }).optional(),
    from: text({
      key: 'MAIL_FROM',
      about: 'Sender of all mails.',
      expected: 'a mail address, with or without a name',
    })
      .includes('@')
      .default('Convoke <convoke@localhost>'),
  }),
  files: z.object({
    s3Bucket: text({
      key: 'S3_BUCKET',
      about: 'Bucket for pictures, exports and other files.',
      expected: 'the name of a bucket',
      feature: 's3',
      otherwise: 'files are kept under DATA_DIR',
    }).optional(),
    s3Region: text({
      key: 'S3_REGION',
      about: 'Region of the bucket.',
      expected: 'a region such as eu-central-1',
      feature: 's3',
    }).optional(),
    s3AccessKeyId: text({
      key: 'S3_ACCESS_KEY_ID',
      about: 'Access key for the bucket.',
      feature: 's3',
    }).optional(),
    s3SecretAccessKey: text({
      key: 'S3_SECRET_ACCESS_KEY',
      about: 'Secret of the access key.',
      secret: true,
      feature: 's3',
    }).optional(),
    s3Endpoint: address(['http', 'https'], {
      key: 'S3_ENDPOINT',
      about: 'Where an S3 server other than that of AWS is.',
      otherwise: "AWS's own address of the region",
    }).optional(),
    fetchPrivate: addresses({
      key: 'FETCH_PRIVATE_ADDRESSES',
      about:
        'Private addresses that pictures may be fetched from all the same, for a media server inside the own network.',
      otherwise: 'none',
    }),
  }),
  auth: z.object({
    tokenSecret: text({
      key: 'TOKEN_SECRET',
      about: 'Signs access tokens. All instances of one installation share it.',
      expected: 'at least 32 characters',
      secret: true,
      otherwise: 'generated and kept under DATA_DIR; in production it must be given',
    })
      .min(32)
      .optional(),
    settingsSecret: text({
      key: 'SETTINGS_SECRET',
      about: 'Encrypts the secrets among the settings. All instances of one installation share it.',
      expected: 'at least 32 characters',
      secret: true,
      otherwise: 'TOKEN_SECRET; set this to change that one without entering the secrets again',
    })
      .min(32)
      .optional(),
    accessTokenMinutes: whole(1, 1440, 15, {
      key: 'ACCESS_TOKEN_MINUTES',
      about: 'Life of an access token, in minutes.',
    }),
    refreshTokenDays: whole(1, 365, 30, {
      key: 'REFRESH_TOKEN_DAYS',
      about: 'Life of a refresh token, in days.',
    }),
    keepAddresses: onOff({
      key: 'KEEP_ADDRESSES',
      about: 'Whether activities keep the network address that a change came from.',
    }).default(true),
  }),
  graphql: z.object({
    guards: oneOf(['compiled', 'shield'], 'compiled', {
      key: 'GUARDS',
      about: 'Which of the two forms of the permission tables guards the fields.',
    }),
    executor: oneOf(['jit', 'graphql-js'], 'jit', {
      key: 'EXECUTOR',
      about: 'Which engine executes operations.',
    }),
    compileAfter: whole(1, 1_000_000, 3, {
      key: 'COMPILE_AFTER',
      about: 'With EXECUTOR=jit: the run of a document from which on it is compiled.',
    }),
    introspection: onOff({
      key: 'INTROSPECTION',
      about: 'Whether clients may ask for the schema.',
      otherwise: 'true, in production false',
    }).optional(),
  }),
  limits: z.object({
    addressAttempts: whole(1, 1_000_000, 300, {
      key: 'ADDRESS_ATTEMPTS',
      about: 'Most sign-ins, sign-ups and requests for mail from one network address in 15 minutes.',
    }),
    jobsPerPerson: whole(1, 1_000_000, 100, {
      key: 'JOBS_PER_PERSON',
      about:
        'Most runs of the lab, imports and exports, of each of these, that a person may start in 15 minutes.',
    }),
    invitesPerPerson: whole(1, 1_000_000, 300, {
      key: 'INVITES_PER_PERSON',
      about: 'Most mails with invites that a person may cause in a day.',
    }),
    invitesOfNewPerson: whole(1, 1_000_000, 100, {
      key: 'INVITES_OF_NEW_PERSON',
      about: 'The same for a person whose account is less than a week old.',
    }),
    invitesOfUnverified: whole(1, 1_000_000, 10, {
      key: 'INVITES_OF_UNVERIFIED',
      about: 'The same for a person who has not verified their e-mail address.',
    }),
    invitesPerPlace: whole(1, 1_000_000, 500, {
      key: 'INVITES_PER_PLACE',
      about: 'Most mails with invites to one event or organization in a day, whoever causes them.',
    }),
    maxDepth: whole(1, 1000, 12, { key: 'MAX_DEPTH', about: 'Deepest nesting of fields in an operation.' }),
    maxAliases: whole(0, 100_000, 30, { key: 'MAX_ALIASES', about: 'Most aliases in an operation.' }),
    maxTokens: whole(100, 1_000_000, 2000, { key: 'MAX_TOKENS', about: 'Most tokens in a document.' }),
    maxCostAnonymous: whole(1, 1_000_000_000, 20_000, {
      key: 'MAX_COST_ANONYMOUS',
      about: 'Most objects that the page sizes of an operation may ask for, without a sign-in.',
    }),
    maxCostSignedIn: whole(1, 1_000_000_000, 100_000, {
      key: 'MAX_COST_SIGNED_IN',
      about: 'The same for signed-in users.',
    }),
    maxBodyBytes: whole(1024, 1024 * MB, 4 * MB, {
      key: 'MAX_BODY_BYTES',
      about: 'Largest request body, in bytes.',
    }),
    maxRequestsAtOnce: whole(1, 1_000_000, 250, {
      key: 'MAX_REQUESTS_AT_ONCE',
      about:
        'Most GraphQL requests that a process works on at once; further ones are refused with 503 and Retry-After.',
    }),
    maxSocketsPerAddress: whole(1, 1_000_000, 200, {
      key: 'MAX_SOCKETS_PER_ADDRESS',
      about: 'Most WebSockets that one address may have open at once.',
    }),
    maxImageBytes: whole(1024, 1024 * MB, 20 * MB, {
      key: 'MAX_IMAGE_BYTES',
      about: 'Largest picture to take, uploaded or fetched, in bytes.',
    }),
    maxImagePixels: whole(10_000, 1_000_000_000, 50_000_000, {
      key: 'MAX_IMAGE_PIXELS',
      about: 'Largest picture to decode, in pixels; a decoder needs some ten bytes for each.',
    }),
    maxPayloadBytes: whole(1024, 100 * 1024 * MB, 100 * MB, {
      key: 'MAX_PAYLOAD_BYTES',
      about: 'Largest input or result of a task to take by PUT /payloads, in bytes.',
    }),
    maxImportBytes: whole(1024, 10 * 1024 * MB, 200 * MB, {
      key: 'MAX_IMPORT_BYTES',
      about: 'Largest export file of an event to read in, in bytes.',
    }),
  }),
});

/** A key with its place in the configuration (`config[group][name]`). */
export interface Entry extends KeyInfo {
  group: string;
  name: string;
  /** The value when the key is not set; undefined where `otherwise` says it in words. */
  standard: unknown;
}

/** All keys, in the order of the schema. */
export const entries: readonly Entry[] = Object.entries(configSchema.shape).flatMap(([group, { shape }]) =>
  Object.entries(shape as Record<string, z.ZodType>).map(([name, schema]) => ({
    ...infoOf(schema),
    group,
    name,
    standard: schema.safeParse(undefined).data,
  })),
);

/** Refinements and defaults wrap a schema or make a new one from it: the description stays with the one inside. */
function infoOf(schema: z.ZodType): KeyInfo {
  const info = keys.get(schema);
  if (info) return info;
  const inner = (schema.def as { innerType?: z.ZodType }).innerType;
  if (!inner) throw new Error('A configuration key has no description.');
  return infoOf(inner);
}
