/** What an event of the demo is described with: plain data, references by key, times by day and hour. */
import type { SessionState } from '../sessions/session.states.ts';

/** One event of the demo and everything that hangs on it. */
export interface DemoEvent {
  readonly name: string;
  readonly description: string;
  readonly timezone: string;
  readonly locationName: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly ownerName: string;
  readonly ownerDescription: string;
  readonly codeOfConduct: string | null;
  readonly isPublished: boolean;
  /** The person who owns it; everybody else with a role at the demo has that role at the published event only. */
  readonly owner: string;
  /** It begins on the Friday so many weeks from now and lasts so many days. */
  readonly weeksAhead: number;
  readonly days: number;
  /** The call for speakers, in days from now. */
  readonly call: { readonly opens: number; readonly closes: number; readonly announcement: string };
  readonly tracks: Readonly<
    Record<string, { readonly name: string; readonly color: string; readonly description?: string }>
  >;
  readonly rooms: Readonly<
    Record<string, { readonly name: string; readonly floor: number; readonly room: string }>
  >;
  readonly sessionTypes: Readonly<Record<string, { readonly name: string; readonly lengthMinutes: number }>>;
  readonly sponsors: readonly {
    readonly name: string;
    readonly level: number;
    readonly type: string;
    readonly url: string;
    readonly description: string;
  }[];
  readonly speakers: Readonly<Record<string, DemoSpeaker>>;
  readonly sessions: readonly DemoSession[];
}

/** A speaker of the demo. */
export interface DemoSpeaker {
  readonly name: string;
  readonly email: string;
  readonly organisation: string;
  readonly position: string;
  readonly city: string;
  readonly country: string;
  readonly shortBiography: string;
  readonly mobile?: string;
  readonly github?: string;
  readonly isFeatured?: boolean;
  /** The person of the demo behind the profile. */
  readonly person?: string;
}

/** A session of the demo. */
export interface DemoSession {
  readonly title: string;
  readonly abstract: string;
  readonly state: keyof typeof SessionState;
  readonly track: string;
  readonly type: string;
  readonly speakers: readonly string[];
  readonly level?: string;
  readonly room?: string;
  /** Day of the event, from 1, and hour of its time zone. */
  readonly at?: readonly [day: number, time: string];
  readonly comments?: string;
  readonly isLocked?: boolean;
  /** The person who submitted it; otherwise the team entered it. */
  readonly submittedBy?: string;
}
