/** The draft of the demo: a small meeting of the organizer's own, which nobody but its team sees. Invented as well. */
import type { DemoEvent } from './demo.types.ts';

/** The meeting. */
export const meeting: DemoEvent = {
  name: 'Winter meeting on offline maps',
  description: '<p>A weekend for those who carry maps to where no network is.</p>',
  timezone: 'Europe/Oslo',
  locationName: 'Fjord station, Bodø',
  latitude: 67.2804,
  longitude: 14.4049,
  ownerName: 'Osei Mensah',
  ownerDescription: '<p>Organises small meetings far from everything.</p>',
  codeOfConduct: null,
  isPublished: false,
  owner: 'organizer',
  weeksAhead: 30,
  days: 2,
  call: { opens: 60, closes: 120, announcement: '<p>Opens in spring.</p>' },
  tracks: { maps: { name: 'Maps', color: '#00838f' } },
  rooms: { cabin: { name: 'Cabin', floor: 0, room: '1' } },
  sessionTypes: { talk: { name: 'Talk', lengthMinutes: 30 } },
  sponsors: [],
  speakers: {
    aino: {
      name: 'Aino Lehto',
      email: 'aino@speakers.example',
      organisation: 'Reindeer co-operative',
      position: 'Herder',
      city: 'Inari',
      country: 'Finland',
      shortBiography: '<p>Navigates by smell, checks with a map.</p>',
    },
  },
  sessions: [
    {
      title: 'Paper first',
      state: 'ACCEPTED',
      track: 'maps',
      type: 'talk',
      room: 'cabin',
      at: [1, '10:00'],
      speakers: ['aino'],
      abstract: '<p>What a map has to do when it is all that you have.</p>',
    },
    {
      title: 'Tiles on a stick',
      state: 'PENDING',
      track: 'maps',
      type: 'talk',
      speakers: [],
      abstract: '<p>A country in a pocket.</p>',
    },
  ],
};
