/**
 * Times of an Open Event file: time zones, instants and lengths, in the spellings that real exports have.
 * Pure functions that answer null when a text is none of these; the reader reports it.
 */
import { DateTime } from 'luxon';

/**
 * An IANA zone that Intl knows, from a name with stray spaces (`US / Pacific`), other case or an old alias.
 * Aliases outside the geographical areas are replaced by what they stand for (`US/Pacific` is
 * America/Los_Angeles). A place keeps its name, because Intl still calls Asia/Kolkata Asia/Calcutta.
 */
export function toTimeZone(text: string): string | null {
  const name = text
    .trim()
    .replace(/\s*\/\s*/g, '/')
    .replace(/\s+/g, '_');
  if (!/^[a-z]/i.test(name)) return null;
  let canonical: string;
  try {
    canonical = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
  const place = /^(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)\/[A-Z]/;
  return place.test(name) ? name : canonical;
}

/** An instant; a time without an offset is one of the given zone. Microseconds are cut to milliseconds. */
export function toInstant(text: string, zone: string): Date | null {
  const trimmed = text.trim();
  // A bare number or week date is valid ISO 8601, but nobody means it here.
  if (!/^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}|$)/.test(trimmed)) return null;
  const parsed = DateTime.fromISO(trimmed.replace(/^(\S+) (\d\d:\d\d\S*) ?/, '$1T$2'), { zone });
  return parsed.isValid && parsed.year >= 1900 && parsed.year <= 2200 ? parsed.toJSDate() : null;
}

/**
 * Minutes of a length such as `01:30`, `00.50` or `01:30:00`. A dot is a colon: exports name their `00.50`
 * "50 minutes session" and their `01.50` "1 hour 50 minutes session", so it is no decimal fraction.
 */
export function toMinutes(text: string): number | null {
  const found = /^(\d{1,3})[.:](\d{2})(?::\d{2})?$/.exec(text.trim());
  if (!found || Number(found[2]) > 59) return null;
  return Number(found[1]) * 60 + Number(found[2]);
}
