/** Which server a command talks to. */
import type { Config } from '../platform/config/index.ts';
import { UsageError } from '../platform/cli/cli.ts';

/** The address of --server, or the configured one, without a slash at its end. Throws UsageError for what is no address. */
export function serverUrl(given: unknown, config: Config): string {
  if (given === undefined) return config.http.publicUrl.replace(/\/$/, '');
  const text = String(given);
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? ''))
    throw new UsageError(
      `--server ${text} is no address: give one such as https://convoke.example or http://localhost:4000.`,
    );
  return text.replace(/\/+$/, '');
}
