/**
 * The oracle: the permission tables once more, by hand, as plain functions over the plain objects of the world. It
 * shares nothing with the engine, so that the two can only agree by both being right.
 */
import type {
  Arranged,
  Member,
  Person,
  State,
  World,
  WorldEvent,
  WorldSession,
  WorldSpeaker,
} from './world.ts';

/** What a write is answered with. */
export type Verdict = 'OK' | 'UNAUTHENTICATED' | 'NOT_FOUND' | 'FORBIDDEN' | 'CONFLICT';

const teamRoles = ['OWNER', 'ORGANIZER', 'COORGANIZER'];
const publicStates: State[] = ['ACCEPTED', 'CONFIRMED'];

export class Oracle {
  constructor(private readonly world: World) {}

  private who(viewer: string): Person | undefined {
    return this.world.people.get(viewer);
  }
  staff(viewer: string): boolean {
    const who = this.who(viewer);
    return who !== undefined && (who.isAdmin || who.isSuperAdmin);
  }
  signedIn(viewer: string): boolean {
    return this.who(viewer) !== undefined;
  }
  private holds(viewer: string, event: string, roles: readonly string[]): boolean {
    return this.world.members.some(
      (one) => one.person === viewer && one.event === event && roles.includes(one.role),
    );
  }
  team(viewer: string, event: string): boolean {
    return this.holds(viewer, event, teamRoles);
  }
  private event(name: string): WorldEvent {
    return this.world.events.get(name)!;
  }
  private isLive(name: string): boolean {
    return !this.event(name).isDeleted;
  }
  private isPublished(name: string): boolean {
    return this.event(name).state === 'PUBLISHED';
  }

  // Events
  seesEvent(viewer: string, event: WorldEvent): boolean {
    if (event.isDeleted) return false;
    const anyRole = this.world.members.some((one) => one.person === viewer && one.event === event.name);
    return this.staff(viewer) || anyRole || event.state === 'PUBLISHED';
  }
  listsEvent(viewer: string, event: WorldEvent): boolean {
    if (!this.seesEvent(viewer, event)) return false;
    return event.privacy === 'PUBLIC' || this.staff(viewer) || this.team(viewer, event.name);
  }
  writesEvent(viewer: string, event: WorldEvent, action: 'update' | 'delete' | 'publish'): boolean {
    if (event.isDeleted) return false;
    if (this.staff(viewer)) return true;
    if (this.holds(viewer, event.name, ['OWNER', 'ORGANIZER'])) return true;
    return action === 'update' && this.holds(viewer, event.name, ['COORGANIZER']);
  }

  // Members
  seesMember(viewer: string, member: Member): boolean {
    if (!this.isLive(member.event)) return false;
    if (this.staff(viewer) || this.team(viewer, member.event)) return true;
    if (member.person === viewer) return true;
    const isPublic = member.role === 'OWNER' || this.who(member.person)!.isProfilePublic;
    return this.isPublished(member.event) && isPublic;
  }

  // Tracks, rooms, session types, sponsors, social links, FAQs, copyright
  seesArranged(viewer: string, row: Arranged): boolean {
    if (!this.isLive(row.event)) return false;
    return this.staff(viewer) || this.isPublished(row.event) || this.arranges(viewer, row);
  }
  arranges(viewer: string, row: Arranged): boolean {
    if (!this.isLive(row.event)) return false;
    const roles = row.kind === 'Track' ? [...teamRoles, 'TRACK_ORGANIZER'] : teamRoles;
    return this.staff(viewer) || this.holds(viewer, row.event, roles);
  }

  // Sessions
  speaksIn(viewer: string, session: WorldSession): boolean {
    return session.speakers.some((name) => {
      const speaker = this.world.speakers.get(name)!;
      return speaker.user === viewer && !speaker.isDeleted;
    });
  }
  submitted(viewer: string, session: WorldSession): boolean {
    return session.creator === viewer && !session.enteredByTeam;
  }
  private livesSession(session: WorldSession): boolean {
    return !session.isDeleted && this.isLive(session.event);
  }
  seesSession(viewer: string, session: WorldSession): boolean {
    if (!this.livesSession(session)) return false;
    if (this.staff(viewer)) return true;
    if (this.holds(viewer, session.event, [...teamRoles, 'TRACK_ORGANIZER', 'MODERATOR'])) return true;
    if (this.signedIn(viewer) && (this.speaksIn(viewer, session) || this.submitted(viewer, session)))
      return true;
    return publicStates.includes(session.state) && this.isPublished(session.event);
  }
  updatesSession(viewer: string, session: WorldSession): boolean {
    if (!this.livesSession(session)) return false;
    if (this.staff(viewer) || this.holds(viewer, session.event, ['OWNER', 'ORGANIZER'])) return true;
    if (session.isLocked) return false;
    if (this.holds(viewer, session.event, ['COORGANIZER'])) return true;
    const mine = this.signedIn(viewer) && (this.speaksIn(viewer, session) || this.submitted(viewer, session));
    const { isCallOpen, hasEnded, allowsEditsAfterEnd } = this.event(session.event);
    const isOpen =
      isCallOpen ||
      (publicStates.includes(session.state) && !hasEnded) ||
      (session.state === 'PENDING' && allowsEditsAfterEnd);
    return mine && isOpen;
  }
  deletesSession(viewer: string, session: WorldSession): boolean {
    if (!this.livesSession(session)) return false;
    if (this.staff(viewer) || this.holds(viewer, session.event, ['OWNER', 'ORGANIZER'])) return true;
    if (session.isLocked) return false;
    if (this.holds(viewer, session.event, ['COORGANIZER'])) return true;
    return (
      this.signedIn(viewer) &&
      this.submitted(viewer, session) &&
      ['DRAFT', 'PENDING', 'REJECTED', 'WITHDRAWN'].includes(session.state)
    );
  }
  locksSession(viewer: string, session: WorldSession): boolean {
    if (!this.livesSession(session)) return false;
    return this.staff(viewer) || this.holds(viewer, session.event, ['OWNER', 'ORGANIZER']);
  }
  createsSession(viewer: string, event: WorldEvent): boolean {
    if (event.isDeleted) return false;
    if (this.staff(viewer) || this.team(viewer, event.name)) return true;
    return this.signedIn(viewer) && event.state === 'PUBLISHED' && event.isCallOpen;
  }
  readsSessionFields(viewer: string, session: WorldSession): boolean {
    if (this.staff(viewer) || this.team(viewer, session.event)) return true;
    return this.signedIn(viewer) && (this.speaksIn(viewer, session) || this.submitted(viewer, session));
  }

  // The state table
  maySet(viewer: string, session: WorldSession): State[] {
    const team: Record<State, State[]> = {
      DRAFT: session.enteredByTeam ? ['PENDING'] : [],
      PENDING: ['ACCEPTED', 'CONFIRMED', 'REJECTED', 'WITHDRAWN'],
      ACCEPTED: ['PENDING', 'CONFIRMED', 'REJECTED', 'CANCELED', 'WITHDRAWN'],
      CONFIRMED: ['PENDING', 'ACCEPTED', 'REJECTED', 'CANCELED', 'WITHDRAWN'],
      REJECTED: ['PENDING', 'ACCEPTED', 'CONFIRMED', 'WITHDRAWN'],
      CANCELED: ['PENDING', 'ACCEPTED', 'CONFIRMED', 'REJECTED', 'WITHDRAWN'],
      WITHDRAWN: ['PENDING', 'ACCEPTED', 'REJECTED', 'CANCELED'],
    };
    const mine: Record<State, State[]> = {
      DRAFT: ['PENDING'],
      PENDING: ['WITHDRAWN'],
      ACCEPTED: ['WITHDRAWN', 'CONFIRMED'],
      CONFIRMED: ['WITHDRAWN'],
      REJECTED: ['WITHDRAWN'],
      CANCELED: ['WITHDRAWN'],
      WITHDRAWN: [],
    };
    const found = new Set<State>();
    if (this.staff(viewer) || this.team(viewer, session.event))
      team[session.state].forEach((state) => found.add(state));
    if (this.signedIn(viewer) && (this.speaksIn(viewer, session) || this.submitted(viewer, session))) {
      // Draft → pending needs an open call of those who submit.
      const isClosed = session.state === 'DRAFT' && !this.event(session.event).isCallOpen;
      if (!isClosed) mine[session.state].forEach((state) => found.add(state));
    }
    return [...found];
  }

  // Speakers
  private sessionsOf(speaker: WorldSpeaker): WorldSession[] {
    return this.world.sessions.filter(
      (session) => !session.isDeleted && session.speakers.includes(speaker.name),
    );
  }
  private livesSpeaker(speaker: WorldSpeaker): boolean {
    return !speaker.isDeleted && this.isLive(speaker.event);
  }
  ownsSpeaker(viewer: string, speaker: WorldSpeaker): boolean {
    if (!this.signedIn(viewer)) return false;
    return (
      speaker.user === viewer ||
      (speaker.user === null && speaker.creator === viewer && !speaker.enteredByTeam)
    );
  }
  seesSpeaker(viewer: string, speaker: WorldSpeaker): boolean {
    if (!this.livesSpeaker(speaker)) return false;
    if (this.staff(viewer) || this.team(viewer, speaker.event) || this.ownsSpeaker(viewer, speaker))
      return true;
    const sessions = this.sessionsOf(speaker);
    if (
      this.signedIn(viewer) &&
      sessions.some((session) => this.speaksIn(viewer, session) || this.submitted(viewer, session))
    )
      return true;
    return (
      this.isPublished(speaker.event) && sessions.some((session) => publicStates.includes(session.state))
    );
  }
  updatesSpeaker(viewer: string, speaker: WorldSpeaker): boolean {
    if (!this.livesSpeaker(speaker)) return false;
    return this.staff(viewer) || this.team(viewer, speaker.event) || this.ownsSpeaker(viewer, speaker);
  }
  deletesSpeaker(viewer: string, speaker: WorldSpeaker): boolean {
    if (!this.updatesSpeaker(viewer, speaker)) return false;
    if (this.staff(viewer) || this.team(viewer, speaker.event)) return true;
    return !this.sessionsOf(speaker).some((session) => publicStates.includes(session.state));
  }
  readsSpeakerFields(viewer: string, speaker: WorldSpeaker): boolean {
    return this.updatesSpeaker(viewer, speaker);
  }

  // Users
  seesUser(viewer: string, person: Person): boolean {
    if (this.staff(viewer) || viewer === person.name) return true;
    if (this.knowsByTeam(viewer, person)) return true;
    const events = [...this.world.events.values()];
    const owns = this.world.members.some(
      (one) =>
        one.person === person.name &&
        one.role === 'OWNER' &&
        this.seesEvent(
          viewer,
          events.find(({ name }) => name === one.event)!,
        ),
    );
    if (owns) return true;
    const profiles = [...this.world.speakers.values()].filter((one) => one.user === person.name);
    return person.isProfilePublic && profiles.some((one) => this.seesSpeaker(viewer, one));
  }
  knowsByTeam(viewer: string, person: Person): boolean {
    const mine = [...this.world.events.values()]
      .filter((event) => !event.isDeleted && this.team(viewer, event.name))
      .map(({ name }) => name);
    return (
      this.world.members.some((one) => one.person === person.name && mine.includes(one.event)) ||
      this.world.sessions.some(
        (one) =>
          one.creator === person.name && !one.enteredByTeam && !one.isDeleted && mine.includes(one.event),
      ) ||
      [...this.world.speakers.values()].some(
        (one) =>
          one.user === person.name &&
          !one.isDeleted &&
          mine.includes(one.event) &&
          this.sessionsOf(one).length > 0,
      )
    );
  }
  readsUserEmail(viewer: string, person: Person): boolean {
    return this.staff(viewer) || viewer === person.name || this.knowsByTeam(viewer, person);
  }
  updatesUser(viewer: string, person: Person): boolean {
    if (viewer === person.name) return true;
    const who = this.who(viewer);
    if (!who || !this.staff(viewer)) return false;
    return who.isSuperAdmin || !person.isSuperAdmin;
  }

  /** What a write is answered with, where it changes nothing but what it is allowed to. */
  verdict(viewer: string, sees: boolean, may: boolean): Verdict {
    if (!this.signedIn(viewer)) return 'UNAUTHENTICATED';
    if (!sees) return 'NOT_FOUND';
    return may ? 'OK' : 'FORBIDDEN';
  }
}
