/**
 * What an Open Event file says about its event beside it: the copyright, in the event itself, and the social links, in
 * the event or in an entry of their own. Called by the reader.
 */
import { quote, spell } from './import-error.ts';
import { copyrightFields, licenceFields } from './open-event.fields.ts';
import { rowsOf } from './open-event.lists.ts';
import { isObject, Row } from './open-event.rows.ts';
import type { Found, Setting } from './open-event.rows.ts';
import { openEventCopyright } from './open-event.types.ts';
import type { OpenEventCopyright } from './open-event.types.ts';
import type { JsonEntry } from './open-event.zip.ts';

/** The copyright of an event; what it lacks of its licence is taken from the details of the licence. */
export function readCopyright(event: Row, setting: Setting): OpenEventCopyright | null {
  const row = objectOf(event.find(['copyright', 'eventCopyright']), setting);
  const details = objectOf(event.find(['licenceDetails', 'licenseDetails']), setting);
  const values = row?.read(copyrightFields);
  row?.reportRest('copyright');
  const licence = details?.read(licenceFields);
  details?.reportRest('licenceDetails');
  if (!values?.holder) {
    for (const lost of [row, details])
      if (lost) setting.account.leftOut(lost.path, 'a copyright without a holder');
    return null;
  }
  return openEventCopyright.parse({
    ...values,
    licence: values.licence ?? licence?.licence ?? null,
    licenceUrl: values.licenceUrl ?? licence?.licenceUrl ?? null,
    logoUrl: values.logoUrl ?? licence?.logoUrl ?? null,
  });
}

function objectOf(found: Found | undefined, setting: Setting): Row | null {
  if (!found) return null;
  if (isObject(found.value)) return new Row(found.value, found.path, setting);
  setting.account.leftOut(found.path, 'a copyright that is no object', { detail: quote(found.value) });
  return null;
}

/**
 * The rows of social links: those of the entry, and those of the event that are not there word for word. Both number
 * their rows for themselves, so that of two with one id neither gives way.
 * @throws ImportError as `rowsOf`
 */
export function socialLinkRows(documents: Map<JsonEntry, unknown>, event: Row, setting: Setting): Row[] {
  const entry = documents.get('social_links') ?? [];
  const rows = rowsOf(entry, ['social_links'], 'socialLinks', setting);
  const found = event.find(['socialLinks']);
  if (!found) return rows;
  const wordsOf = (raw: unknown) => (isObject(raw) ? spell([raw.name, raw.link ?? raw.url]) : spell(raw));
  const seen = new Set((entry as unknown[]).map(wordsOf));
  const raws = Array.isArray(found.value) ? (found.value as unknown[]) : [];
  const isSame = (row: Row) => seen.has(wordsOf(raws[row.path.at(-1) as number]));
  const others = rowsOf(
    raws.length > 0 && seen.size > 0 ? raws.map(withoutId) : found.value,
    found.path,
    'socialLinks',
    setting,
  );
  setting.account.summary.counts.socialLinks.read -= others.filter(isSame).length;
  return [...rows, ...others.filter((row) => !isSame(row))];
}

const withoutId = (raw: unknown): unknown => (isObject(raw) ? { ...raw, id: null } : raw);
