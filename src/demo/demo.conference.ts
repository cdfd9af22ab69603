/** The published event of the demo: a conference of two days, with sessions in every state. All of it is invented. */
import type { DemoEvent } from './demo.types.ts';
import { addressOf } from './demo.people.ts';
import { sessions } from './demo.sessions.ts';

/** The conference. */
export const conference: DemoEvent = {
  name: 'Lighthouse Days',
  description:
    '<p>Two days in an old dockyard about <strong>software that towns and their people run themselves</strong>: registers, maps, ' +
    'timetables, sensors on dikes, and the teams that keep them going.</p><p>Talks in the morning, workshops in the afternoon, soup at noon.</p>',
  timezone: 'Europe/Amsterdam',
  locationName: 'Dockyard No. 5, Rotterdam',
  latitude: 51.9005,
  longitude: 4.4206,
  ownerName: 'Lighthouse Association',
  ownerDescription: '<p>A small association of people who work for towns, and of some who would rather not be named.</p>',
  codeOfConduct: '<p>Be kind, be on time, let others finish. Whoever makes it hard for others to take part is asked to leave.</p>',
  isPublished: true,
  owner: 'owner',
  weeksAhead: 12,
  days: 2,
  call: {
    opens: -20,
    closes: 40,
    announcement: '<p>Tell us what your town runs, and what went wrong on the way. First talks are welcome; we help with slides.</p>',
  },
  tracks: {
    code: { name: 'Public code', color: '#1565c0', description: 'Programs that a town may read, change and pass on.' },
    data: { name: 'Shared data', color: '#2e7d32', description: 'Registers, maps and measurements that belong to everybody.' },
    run: { name: 'Keeping it running', color: '#c62828', description: 'Nights, weekends, backups.' },
    people: { name: 'People', color: '#6a1b9a', description: 'Teams, money and meetings.' },
  },
  rooms: {
    hall: { name: 'Boiler hall', floor: 0, room: '0.01' },
    loft: { name: 'Rope loft', floor: 2, room: '2.10' },
    office: { name: "Harbour master's office", floor: 1, room: '1.04' },
  },
  sessionTypes: {
    keynote: { name: 'Keynote', lengthMinutes: 45 },
    talk: { name: 'Talk', lengthMinutes: 30 },
    workshop: { name: 'Workshop', lengthMinutes: 90 },
    short: { name: 'Short talk', lengthMinutes: 10 },
  },
  sponsors: [
    { name: 'Maasoever Hosting', level: 1, type: 'Gold', url: 'https://maasoever.example', description: '<p>Servers that stand above the water line.</p>' },
    { name: 'Fender & Bolt', level: 2, type: 'Silver', url: 'https://fender-bolt.example', description: '<p>Maintenance for programs that others wrote.</p>' },
    { name: 'City of Vlietstad', level: 2, type: 'Silver', url: 'https://vlietstad.example', description: '<p>A town of forty thousand, with all its code in the open.</p>' },
    { name: 'Tide Table Weekly', level: 3, type: 'Media partner', url: 'https://tide-table.example', description: '<p>News from the quay.</p>' },
  ],
  speakers: {
    noor: {
      name: 'Noor Halabi', email: addressOf('speaker'), organisation: 'Freelance', position: 'Cartographer', city: 'Utrecht', country: 'Netherlands',
      shortBiography: '<p>Draws maps of places that change faster than maps do.</p>', mobile: '+31 6 0000 0101', person: 'speaker',
    },
    ines: {
      name: 'Inês Carvalho', email: 'ines@speakers.example', organisation: 'Porto water board', position: 'Operations lead', city: 'Porto',
      country: 'Portugal', shortBiography: '<p>Has been woken by pumps for eleven years.</p>', mobile: '+351 900 000 102', isFeatured: true,
    },
    jonas: {
      name: 'Jonas Lindqvist', email: 'jonas@speakers.example', organisation: 'Lund University', position: 'Researcher', city: 'Lund', country: 'Sweden',
      shortBiography: '<p>Counts how long public software lives, and why it dies.</p>', github: 'https://github.com/example',
    },
    amara: {
      name: 'Amara Okafor', email: 'amara@speakers.example', organisation: 'Open Registers', position: 'Director', city: 'Lagos', country: 'Nigeria',
      shortBiography: '<p>Turns shelves of paper into registers that people trust.</p>', isFeatured: true,
    },
    pavel: {
      name: 'Pavel Novák', email: 'pavel@speakers.example', organisation: 'Brno transport', position: 'Developer', city: 'Brno', country: 'Czechia',
      shortBiography: '<p>Writes timetables for machines and excuses for trams.</p>',
    },
    yuki: {
      name: 'Yuki Mori', email: 'yuki@speakers.example', organisation: 'Fender & Bolt', position: 'Site reliability engineer', city: 'Osaka',
      country: 'Japan', shortBiography: '<p>Restores backups for fun, which is the only way to know that they work.</p>',
    },
    leila: {
      name: 'Leila Haddad', email: 'leila@speakers.example', organisation: 'City of Tunis', position: 'Accessibility officer', city: 'Tunis',
      country: 'Tunisia', shortBiography: '<p>Reads every form aloud before it goes out.</p>',
    },
    george: {
      name: 'George Pemberton', email: 'george@speakers.example', organisation: 'Vlietstad council', position: 'Treasurer', city: 'Vlietstad',
      country: 'Netherlands', shortBiography: '<p>Signs the invoices, asks what they are for.</p>',
    },
    sofia: {
      name: 'Sofía Ledesma', email: 'sofia@speakers.example', organisation: 'Río Abierto', position: 'Hydrologist', city: 'Rosario',
      country: 'Argentina', shortBiography: '<p>Puts sensors into rivers and, now and then, gets them back.</p>',
    },
    kwame: {
      name: 'Kwame Boateng', email: 'kwame@speakers.example', organisation: 'Accra Maps', position: 'Community lead', city: 'Accra', country: 'Ghana',
      shortBiography: '<p>Knows six hundred volunteers by their first names.</p>',
    },
    elsa: {
      name: 'Elsa Rinne', email: 'elsa@speakers.example', organisation: 'Oulu library', position: 'Librarian', city: 'Oulu', country: 'Finland',
      shortBiography: '<p>Lends out books, drills and, since last year, servers.</p>',
    },
    dmitri: {
      name: 'Dmitri Saar', email: 'dmitri@speakers.example', organisation: 'Tartu data office', position: 'Archivist', city: 'Tartu', country: 'Estonia',
      shortBiography: '<p>Keeps what everybody else wants to delete.</p>',
    },
  },
  sessions,
};
