/** The slice of what the team arranges: tracks, rooms, session types, sponsors, social links, FAQs, copyright. */
import { byCell } from '../permissions/operations.ts';
import type { Slice } from '../platform/slice.ts';
import { CopyrightResolver, FaqResolver, SocialLinkResolver } from './about.resolver.ts';
import { Copyright } from './copyright.entity.ts';
import { Faq } from './faq.entity.ts';
import {
  copyrightPermissions,
  faqPermissions,
  roomPermissions,
  sessionTypePermissions,
  socialLinkPermissions,
  sponsorPermissions,
  trackPermissions,
} from './programme.permissions.ts';
import { RoomResolver, SessionTypeResolver, SponsorResolver, TrackResolver } from './programme.resolver.ts';
import { Room } from './room.entity.ts';
import { SessionType } from './session-type.entity.ts';
import { SocialLink } from './social-link.entity.ts';
import { Sponsor } from './sponsor.entity.ts';
import { Track } from './track.entity.ts';

/** Tracks, rooms, session types, sponsors, social links, FAQs, copyright. */
export const programmeSlice: Slice = {
  entities: [Track, Room, SessionType, Sponsor, SocialLink, Faq, Copyright],
  permissions: [
    trackPermissions,
    roomPermissions,
    sessionTypePermissions,
    sponsorPermissions,
    socialLinkPermissions,
    faqPermissions,
    copyrightPermissions,
  ],
  resolvers: [
    TrackResolver,
    RoomResolver,
    SessionTypeResolver,
    SponsorResolver,
    SocialLinkResolver,
    FaqResolver,
    CopyrightResolver,
  ],
  operations: {
    Mutation: {
      createTrack: byCell('Track', 'create'),
      updateTrack: byCell('Track', 'update'),
      deleteTrack: byCell('Track', 'delete'),
      createRoom: byCell('Room', 'create'),
      updateRoom: byCell('Room', 'update'),
      deleteRoom: byCell('Room', 'delete'),
      createSessionType: byCell('SessionType', 'create'),
      updateSessionType: byCell('SessionType', 'update'),
      deleteSessionType: byCell('SessionType', 'delete'),
      createSponsor: byCell('Sponsor', 'create'),
      updateSponsor: byCell('Sponsor', 'update'),
      deleteSponsor: byCell('Sponsor', 'delete'),
      createSocialLink: byCell('SocialLink', 'create'),
      updateSocialLink: byCell('SocialLink', 'update'),
      deleteSocialLink: byCell('SocialLink', 'delete'),
      createFaq: byCell('Faq', 'create'),
      updateFaq: byCell('Faq', 'update'),
      deleteFaq: byCell('Faq', 'delete'),
      createCopyright: byCell('Copyright', 'create'),
      updateCopyright: byCell('Copyright', 'update'),
      deleteCopyright: byCell('Copyright', 'delete'),
    },
  },
};
