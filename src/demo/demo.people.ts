/** The people of the demo: one for each role, so that whoever tries the server can be any of them. */
import { randomInt } from 'node:crypto';
import { EventRole } from '../events/event.states.ts';

/** One person of the demo. `key` is the local part of the address as well. */
export interface DemoPerson {
  readonly key: string;
  /** What the person is, as it is printed. */
  readonly role: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly isAdmin?: boolean;
  readonly isSuperAdmin?: boolean;
  readonly isUnverified?: boolean;
  /** The role at the published event. */
  readonly eventRole?: EventRole;
}

/** Everybody, from the top. */
export const people: readonly DemoPerson[] = [
  { key: 'super-admin', role: 'super admin', firstName: 'Saskia', lastName: 'Vermeer', isSuperAdmin: true },
  { key: 'admin', role: 'admin', firstName: 'Adil', lastName: 'Rahmani', isAdmin: true },
  { key: 'owner', role: 'owner', firstName: 'Odette', lastName: 'Brandt', eventRole: EventRole.OWNER },
  {
    key: 'organizer',
    role: 'organizer',
    firstName: 'Osei',
    lastName: 'Mensah',
    eventRole: EventRole.ORGANIZER,
  },
  {
    key: 'coorganizer',
    role: 'coorganizer',
    firstName: 'Clara',
    lastName: 'Ibáñez',
    eventRole: EventRole.COORGANIZER,
  },
  {
    key: 'track-organizer',
    role: 'track organizer',
    firstName: 'Tomasz',
    lastName: 'Wilk',
    eventRole: EventRole.TRACK_ORGANIZER,
  },
  {
    key: 'moderator',
    role: 'moderator',
    firstName: 'Mei',
    lastName: 'Tanaka',
    eventRole: EventRole.MODERATOR,
  },
  {
    key: 'registrar',
    role: 'registrar',
    firstName: 'Rafael',
    lastName: 'Duarte',
    eventRole: EventRole.REGISTRAR,
  },
  { key: 'speaker', role: 'speaker', firstName: 'Noor', lastName: 'Halabi' },
  { key: 'registered', role: 'registered user', firstName: 'Rune', lastName: 'Solberg' },
  { key: 'unverified', role: 'not verified', firstName: 'Una', lastName: 'Keane', isUnverified: true },
];

/** The address of a person of the demo; the domain is reserved for examples, so no mail ever leaves. */
export function addressOf(key: string): string {
  return `${key}@demo.example`;
}

// Without letters and digits that are taken for one another.
const letters = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A new password: three groups of five characters, 74 bits. */
export function newPassword(): string {
  const group = () => Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('');
  return [group(), group(), group()].join('-');
}
