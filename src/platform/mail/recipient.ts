/**
 * Who a mail goes to: an address, and, where it is that of a person with an account, how they write dates, and their time zone.
 * Dates in mails are written by the recipient, so that nobody has to convert them.
 */
import { DateTime } from 'luxon';
import type { Database } from '../data/database.ts';

/** The recipient of one mail. */
export class Recipient {
  constructor(
    readonly email: string,
    /** The account behind the address; null where there is none. */
    readonly userId: string | null = null,
    /** How to greet them; null where no name is known. */
    readonly name: string | null = null,
    private readonly locale: string = 'en',
    private readonly timezone: string | null = null,
  ) {}

  /**
   * A time with day, date and zone: in the recipient's time zone where they have named one, else in `zone` (an
   * event's), else in UTC.
   */
  time(at: Date, zone: string | null = null): string {
    return this.local(at, zone).toLocaleString({ ...DateTime.DATETIME_MED_WITH_WEEKDAY, year: 'numeric', timeZoneName: 'short' });
  }

  /** A day without a time, in the same time zone. */
  day(at: Date, zone: string | null = null): string {
    return this.local(at, zone).toLocaleString(DateTime.DATE_HUGE);
  }

  private local(at: Date, zone: string | null): DateTime {
    return DateTime.fromJSDate(at).setZone(this.timezone ?? zone ?? 'UTC').setLocale(this.locale);
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

/** An address as a recipient, with the time zone of whoever has it. */
export async function recipientAt(database: Database, email: string): Promise<Recipient> {
  const [found] = await database.query<StoredPerson>(`${person} AND lower(email) = lower($1)`, [email]);
  return found ? recipientOf(found) : new Recipient(email);
}

function recipientOf({ id, email, name, locale, timezone }: StoredPerson): Recipient {
  return new Recipient(email, id, name, locale ?? 'en', timezone);
}
