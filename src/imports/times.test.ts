import { describe, expect, it } from '@jest/globals';
import { toInstant, toMinutes, toTimeZone } from './times.ts';

describe('time zones', () => {
  it.each([
    ['US / Pacific', 'America/Los_Angeles'],
    ['US/Pacific', 'America/Los_Angeles'],
    [' europe/berlin ', 'Europe/Berlin'],
    ['America / New York', 'America/New_York'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['Europe/Tirane', 'Europe/Tirane'],
    ['Etc/UTC', 'UTC'],
    ['Pacific Time', null],
    ['+05:30', null],
    ['', null],
  ])('%j is %j', (text, zone) => expect(toTimeZone(text)).toBe(zone));
});

describe('instants', () => {
  it.each([
    ['2017-03-01T18:36:01.824511+08:00', '2017-03-01T10:36:01.824Z'],
    ['2017-03-01 18:36:01+00:00', '2017-03-01T18:36:01.000Z'],
    ['2017-07-01T12:00', '2017-07-01T10:00:00.000Z'],
    ['2017-01-01 12:00:00', '2017-01-01T11:00:00.000Z'],
    ['2017-01-01', '2016-12-31T23:00:00.000Z'],
    // The hour that the change to summer time leaves out in Rome.
    ['2017-03-26T02:30', '2017-03-26T01:30:00.000Z'],
  ])('%j is %s in Rome', (text, iso) => expect(toInstant(text, 'Europe/Rome')?.toISOString()).toBe(iso));

  it.each([
    '31-02',
    '2017-02-30',
    '2017-13-01T10:00',
    '2017',
    'tomorrow',
    '0001-01-01T00:00',
    '2017-01-01T25:00',
    '',
  ])('%j is none', (text) => expect(toInstant(text, 'UTC')).toBeNull());
});

describe('lengths', () => {
  it.each([
    ['01:00', 60],
    ['00.30', 30],
    ['00.50', 50],
    ['01.50', 110],
    ['11.00', 660],
    ['08:00', 480],
    ['01:30:00', 90],
    ['1.5', null],
    ['00.75', null],
    ['an hour', null],
    ['-1:00', null],
  ])('%j has %j minutes', (text, minutes) => expect(toMinutes(text)).toBe(minutes));
});
