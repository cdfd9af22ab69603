/** The sessions of the demo's conference: at least one in each state, some submitted by the person who speaks. */
import type { DemoSession } from './demo.types.ts';

/** The sessions. */
export const sessions: readonly DemoSession[] = [
  {
    title: 'The pump that answered the phone', state: 'CONFIRMED', track: 'run', type: 'keynote', room: 'hall', at: [1, '09:30'], speakers: ['ines'],
    abstract: '<p>Eleven years of alarms in one evening: what a city learns when its pumps can call for help themselves.</p>',
    level: 'Everybody', isLocked: true,
  },
  {
    title: 'A register is a promise', state: 'CONFIRMED', track: 'data', type: 'keynote', room: 'hall', at: [2, '09:30'], speakers: ['amara'],
    abstract: '<p>Land, births, boats: why a table of rows can end a quarrel, and how it can start one.</p>', level: 'Everybody',
  },
  {
    title: 'Timetables for machines', state: 'CONFIRMED', track: 'data', type: 'talk', room: 'loft', at: [1, '10:30'], speakers: ['pavel'],
    abstract: '<p>How three transport offices came to share one format, and the fourth did not.</p>', level: 'Intermediate',
  },
  {
    title: 'Restoring on Tuesdays', state: 'CONFIRMED', track: 'run', type: 'workshop', room: 'office', at: [1, '13:30'], speakers: ['yuki', 'dmitri'],
    abstract: '<p>Bring a backup, leave with a restored one. We take turns at being the disaster.</p>', level: 'Intermediate',
    comments: '<p>Needs twelve sockets and a second projector.</p>',
  },
  {
    title: 'Forms that can be heard', state: 'CONFIRMED', track: 'code', type: 'talk', room: 'loft', at: [2, '10:30'], speakers: ['leila'],
    abstract: '<p>A tax form, read aloud, before and after. The shorter one was also the more lawful one.</p>', level: 'Beginner',
  },
  {
    title: 'Maps of places that move', state: 'ACCEPTED', track: 'data', type: 'talk', room: 'loft', at: [1, '11:15'], speakers: ['noor'],
    abstract: '<p>Sandbanks, markets, camps: drawing what will be elsewhere next month.</p>', level: 'Intermediate', submittedBy: 'speaker',
  },
  {
    title: 'How public software dies', state: 'ACCEPTED', track: 'code', type: 'talk', room: 'hall', at: [1, '10:30'], speakers: ['jonas'],
    abstract: '<p>Four hundred projects, fifteen years, and three causes of death that a budget can prevent.</p>', level: 'Everybody',
  },
  {
    title: 'What the treasurer wants to know', state: 'ACCEPTED', track: 'people', type: 'talk', room: 'office', at: [2, '11:15'], speakers: ['george'],
    abstract: '<p>Nine questions about your project, asked by the person who signs.</p>', level: 'Everybody',
  },
  {
    title: 'Sensors in a brown river', state: 'ACCEPTED', track: 'data', type: 'talk', room: 'hall', at: [2, '11:15'], speakers: ['sofia'],
    abstract: '<p>Mud, theft, lightning: field notes on two hundred sensors and the forty that still answer.</p>', level: 'Beginner',
  },
  {
    title: 'Six hundred volunteers, one map', state: 'ACCEPTED', track: 'people', type: 'workshop', room: 'loft', at: [2, '13:30'], speakers: ['kwame', 'noor'],
    abstract: '<p>We map the dockyard together in ninety minutes and see where agreement comes from.</p>', level: 'Beginner',
  },
  {
    title: 'A server to take home', state: 'PENDING', track: 'people', type: 'short', speakers: ['elsa'],
    abstract: '<p>The library lends small servers. What came back, and in which state.</p>', level: 'Everybody',
  },
  {
    title: 'Drawing tides by hand', state: 'PENDING', track: 'data', type: 'workshop', speakers: ['noor'],
    abstract: '<p>Ink, paper and a table of tides: a workshop without any screen.</p>', level: 'Beginner', submittedBy: 'speaker',
    comments: '<p>Paper for twenty would be needed.</p>',
  },
  {
    title: 'Deleting less', state: 'PENDING', track: 'run', type: 'talk', speakers: ['dmitri'],
    abstract: '<p>Keeping is cheaper than deciding. An archivist argues, with prices.</p>', level: 'Intermediate',
  },
  {
    title: 'One login for eleven towns', state: 'PENDING', track: 'code', type: 'talk', speakers: ['pavel', 'leila'],
    abstract: '<p>What had to be agreed on before a single line could be written.</p>', level: 'Advanced',
  },
  {
    title: 'Notes on a coastline', state: 'DRAFT', track: 'data', type: 'short', speakers: ['noor'],
    abstract: '<p>Not finished: ten minutes on a line that nobody can measure.</p>', submittedBy: 'speaker',
  },
  {
    title: 'Opening words', state: 'DRAFT', track: 'people', type: 'short', speakers: [],
    abstract: '<p>Who we are, where the exits are, when there is soup.</p>',
  },
  {
    title: 'Blockages on a chain', state: 'REJECTED', track: 'code', type: 'talk', speakers: ['george'],
    abstract: '<p>A register of sewers that nobody can change, not even when it is wrong.</p>', level: 'Advanced',
    comments: '<p>Kind words, but no: the registers talk covers it better.</p>',
  },
  {
    title: 'Our product in ten minutes', state: 'REJECTED', track: 'run', type: 'short', speakers: ['yuki'],
    abstract: '<p>A look at what we sell.</p>', level: 'Everybody',
  },
  {
    title: 'Night shift, live', state: 'CANCELED', track: 'run', type: 'workshop', room: 'office', at: [2, '13:30'], speakers: ['ines'],
    abstract: '<p>We follow a real night shift from the loft. Called off: the night shift would rather not.</p>', level: 'Intermediate',
  },
  {
    title: 'Counting bicycles politely', state: 'WITHDRAWN', track: 'data', type: 'talk', speakers: ['sofia', 'kwame'],
    abstract: '<p>Measuring traffic without measuring people.</p>', level: 'Beginner',
  },
];
