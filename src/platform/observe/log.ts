/**
 * The logger of a process, made once from the configuration. Lines of JSON, or readable ones in a terminal; on
 * standard error, because standard output belongs to what a command prints. Text under a key whose name says that
 * it is a secret never comes out, however deep it lies, nor does a row that a fault of the database quotes.
 */
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from '../config/index.ts';
import { withoutValues } from './database-faults.ts';

const SECRET_NAME = /authorization|password|secret|token|cookie|api[-_]?key/i;
const HIDDEN = '[hidden]';
/** Deeper than anything we log on purpose. What lies below is left out, so that a cycle ends. */
const MAX_DEPTH = 8;

/**
 * @param destination where lines go instead of standard error, always as JSON; for tests
 */
export function createLogger(config: Pick<Config, 'run'>, destination?: DestinationStream): Logger {
  const readable = !destination && !config.run.production && process.stderr.isTTY;
  return pino(
    {
      level: config.run.logLevel,
      formatters: { log: (fields) => hideSecrets(fields, 0) as Record<string, unknown> },
      serializers: {
        err: (error: Error) =>
          hideSecrets(
            withoutValues(error, pino.stdSerializers.err(error) as unknown as Record<string, unknown>),
            0,
          ),
      },
    },
    destination ??
      (readable ? pretty({ destination: 2, sync: true, ignore: 'pid,hostname' }) : pino.destination(2)),
  );
}

/** The logger of one request: each of its lines carries the id that the client gets to see too. */
export function requestLogger(log: Logger, requestId: string): Logger {
  return log.child({ requestId });
}

function hideSecrets(value: unknown, depth: number): unknown {
  if (Array.isArray(value))
    return depth < MAX_DEPTH ? value.map((item) => hideSecrets(item, depth + 1)) : '[deep]';
  if (!isPlain(value)) return value;
  if (depth === MAX_DEPTH) return '[deep]';
  const copy: Record<string, unknown> = {};
  // `in` rather than own keys: pino's serialised errors keep their fields on a prototype.
  for (const name in value) {
    const item = value[name];
    copy[name] = isSecret(name, item) ? HIDDEN : hideSecrets(item, depth + 1);
  }
  return copy;
}

/** Numbers and switches pass: MAX_TOKENS or `hasPassword` give nothing away. */
function isSecret(name: string, value: unknown): boolean {
  return (typeof value === 'string' || typeof value === 'object') && value !== null && SECRET_NAME.test(name);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  // Dates, errors, buffers know themselves how they are written; an error below `err` is serialised before it comes here.
  return !(value instanceof Error) && !('toJSON' in value) && !ArrayBuffer.isView(value);
}
