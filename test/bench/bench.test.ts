/**
 * The bench's own arithmetic: a wrong median or a comparison that sees no difference would make every figure
 * worthless.
 */
import { describe, expect, it } from '@jest/globals';
import { rotated, spreadOf } from '../../bench/measure.ts';
import { firstDifference, hashOf, normalise } from '../../bench/normalise.ts';
import { readOptions } from '../../bench/options.ts';
import { countOutcome, raceOutcome, table } from '../../bench/report.ts';
import { cases } from '../../bench/cases.ts';

const answer = (data: unknown) => JSON.stringify({ data });

describe('comparison of answers', () => {
  const ours = {
    events: {
      nodes: [
        {
          id: 'event_01h455vb4pex5vsknk084sn02q',
          startsAt: '2027-01-01T09:00:00.000Z',
          speakers: {
            nodes: [
              { id: 'b', name: 'B' },
              { id: 'a', name: 'A' },
            ],
          },
        },
      ],
    },
  };
  const theirs = {
    events: {
      nodes: [
        {
          startsAt: '2027-01-01T10:00:00.000000+01:00',
          id: '01890a5d-ac96-774b-bcce-b302099a8057',
          speakers: { nodes: [{ speaker: { name: 'A', id: 'a' } }, { speaker: { id: 'b', name: 'B' } }] },
        },
      ],
    },
  };

  it('sees through ids, zones, key order, link rows and the order of speakers', () => {
    expect(normalise(theirs)).toEqual(normalise(ours));
    expect(hashOf(answer(theirs))).toBe(hashOf(answer(ours)));
  });

  it('tells another value, another order of events and a missing row', () => {
    const event = ours.events.nodes[0]!;
    const other = [
      { events: { nodes: [{ ...event, startsAt: '2027-01-01T09:00:01Z' }] } },
      { events: { nodes: [{ ...event, speakers: { nodes: event.speakers.nodes.slice(1) } }] } },
      { events: { nodes: [] } },
    ];
    for (const data of other) expect(hashOf(answer(data))).not.toBe(hashOf(answer(ours)));
    const two = [{ id: 'x' }, { id: 'y' }];
    expect(hashOf(answer({ events: { nodes: two } }))).not.toBe(
      hashOf(answer({ events: { nodes: two.toReversed() } })),
    );
  });

  it('names the place of the first difference', () => {
    expect(firstDifference(normalise(ours), normalise(theirs))).toBeUndefined();
    expect(firstDifference({ a: [{ b: 1 }] }, { a: [{ b: 2 }] })).toBe('a.0.b: 1 / 2');
    expect(firstDifference({ a: [1] }, { a: [1, 'x'] })).toBe('a.1: nothing / "x"');
    expect(firstDifference({ a: null }, { a: {} })).toBe('a: null / {}');
  });

  it('takes no answer that carries errors or nothing', () => {
    expect(() => hashOf(JSON.stringify({ data: {}, errors: [{ message: 'no' }] }))).toThrow('carries errors');
    expect(() => hashOf('{}')).toThrow('no data');
  });
});

describe('figures', () => {
  it('gives the middle, least and greatest', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, least: 1, greatest: 3 });
    expect(spreadOf([4, 1, 2, 3])).toEqual({ median: 2.5, least: 1, greatest: 4 });
    expect(spreadOf([7])).toEqual({ median: 7, least: 7, greatest: 7 });
  });

  it('begins each round with another one', () => {
    expect([0, 1, 2, 3].map((round) => rotated(['a', 'b', 'c'], round).join(''))).toEqual([
      'abc',
      'bca',
      'cab',
      'abc',
    ]);
  });

  it('holds the ratio of the medians against the bar, from above or from below', () => {
    const [race] = cases;
    const count = cases.find(({ name }) => name === 'statements')!;
    expect(raceOutcome(race!, 'a peer', [200, 210, 190], [100, 100, 100])).toMatchObject({
      ours: 200,
      theirs: 100,
      ratio: 2,
      pass: true,
    });
    expect(raceOutcome(race!, 'a peer', [199], [100])).toMatchObject({ ratio: 1.99, pass: false });
    expect(countOutcome(count, 3, 3)).toMatchObject({ ratio: 1, pass: true });
    expect(countOutcome(count, 4, 3)).toMatchObject({ pass: false });
    expect(table([countOutcome(count, 4, 3)], new Map([['statements', count.title]]))).toContain('FAIL');
  });
});

describe('command line', () => {
  it('has defaults and takes what is given', () => {
    expect(readOptions([])).toEqual({
      rounds: 6,
      seconds: 4,
      connections: 20,
      processes: 3,
      only: [],
      help: false,
    });
    expect(readOptions(['--rounds', '2', '--only', 'statements', '--json', 'x.json'])).toMatchObject({
      rounds: 2,
      only: ['statements'],
      json: 'x.json',
    });
  });

  it('says which argument is wrong', () => {
    expect(() => readOptions(['--rounds', '0'])).toThrow('--rounds 0');
    expect(() => readOptions(['--only', 'everything'])).toThrow('--only everything');
    expect(() => readOptions(['--fast'])).toThrow('--fast');
  });
});
