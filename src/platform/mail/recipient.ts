/**
 * Who a mail goes to: an address, and, where it is that of a person with an account, their language and time zone. Dates in
 * mails are written by the recipient, so that nobody has to convert them.
 */
import { DateTime } from 'luxon';
import type { Database } from '../data/database.ts';
import { languageOf } from './language.ts';
import type { Language } from './language.ts';

/** The recipient of one mail. */
export class Recipient {
  /** The language that they are written to in; dates are in it too. */
  readonly language: Language;
  private readonly locale: string;

  constructor(
    readonly email: string,
    /** The account behind the address; null where there is none. */
    readonly userId: string | null = null,
    /** How to greet them; null where no name is known. */
    readonly name: string | null = null,
    locale: string | null = null,
    private readonly timezone: string | null = null,
  ) {
    this.language = languageOf(locale);
    // Austrians have their own January; who reads English for want of another language reads English dates.
    this.locale =
      locale !== null && new Intl.Locale(locale).language === this.language ? locale : this.language;
  }

  /**
   * A time with day, date and zone: in the recipient's time zone where they have named one, else in `zone` (an
   * event's), else in UTC.
   */
  time(at: Date, zone: string | null = null): string {
    return this.local(at, zone).toLocaleString({
      ...DateTime.DATETIME_MED_WITH_WEEKDAY,
      year: 'numeric',
      timeZoneName: 'short',
    });
  }

  /** A day without a time, in the same time zone. */
  day(at: Date, zone: string | null = null): string {
    return this.local(at, zone).toLocaleString(DateTime.DATE_HUGE);
  }

  private local(at: Date, zone: string | null): DateTime {
    return DateTime.fromJSDate(at)
      .setZone(this.timezone ?? zone ?? 'UTC')
      .setLocale(this.locale);
  }
}

interface StoredPerson extends Record<string, unknown> {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly locale: string | null;
  readonly timezone: string | null;
}

const person = `SELECT id, email, coalesce(public_name, first_name) AS name, locale, timezone FROM users
  WHERE deleted_at IS NULL AND email IS NOT NULL`;

/** A person as a recipient; null where they are gone, blocked, or have no address. */
export async function recipientOfUser(database: Database, userId: string): Promise<Recipient | null> {
  const [found] = await database.query<StoredPerson>(`${person} AND id = $1 AND NOT is_blocked`, [userId]);
  return found ? recipientOf(found) : null;
}

/**
 * An address as a recipient, with the language and time zone of whoever has it; while nobody has, with those of
 * `reader`, whose address it is to be or was.
 */
export async function recipientAt(
  database: Database,
  email: string,
  reader: string | null = null,
): Promise<Recipient> {
  const [found] = await database.query<StoredPerson>(
    `${person} AND (lower(email) = lower($1) OR id = $2) ORDER BY lower(email) = lower($1) DESC LIMIT 1`,
    [email, reader],
  );
  if (!found) return new Recipient(email);
  return found.email.toLowerCase() === email.toLowerCase()
    ? recipientOf(found)
    : new Recipient(email, null, null, found.locale, found.timezone);
}

function recipientOf({ id, email, name, locale, timezone }: StoredPerson): Recipient {
  return new Recipient(email, id, name, locale, timezone);
}
