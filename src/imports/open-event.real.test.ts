/** The three real exports, where the machine has them: they are not ours to keep beside the code. */
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { realExports } from '../../test/kit/real-exports.ts';
import { readOpenEventZip } from './open-event.reader.ts';
import { importKinds } from './summary.ts';

const files = [
  {
    file: 'FOSSASIASummit2017.zip',
    read: [1, 22, 15, 0, 17, 9, 0, 0, 214, 207, 223],
    leftOut: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    types: 5,
  },
  {
    file: 'OSCAL2017.zip',
    read: [1, 9, 6, 0, 19, 2, 0, 0, 58, 69, 61],
    leftOut: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    types: 9,
  },
  // Three of its speakers share one id, and two pairs of its sponsors another.
  {
    file: 'FBF817.zip',
    read: [1, 17, 8, 9, 9, 4, 0, 25, 63, 112, 126],
    leftOut: [0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 2],
    types: 9,
  },
];

// Without them the suite is left out by name, so that a run shows it.
(realExports ? describe : describe.skip)('a real export', () => {
  it.each(files)('$file is accounted for, row by row', async ({ file, read, leftOut, types }) => {
    const result = await readOpenEventZip(resolve(realExports!, file));
    const { counts, notes } = result.summary;
    expect(importKinds.map((kind) => counts[kind].read)).toEqual(read);
    expect(importKinds.map((kind) => counts[kind].leftOut)).toEqual(leftOut);
    for (const kind of importKinds) {
      const { read, imported, leftOut, derived } = counts[kind];
      expect(imported).toBe(read - leftOut + derived);
      if (kind !== 'event') expect(result[kind]).toHaveLength(imported);
    }
    expect(result.sessionTypes).toHaveLength(types);
    expect(result.sessionTypes.every(({ lengthMinutes }) => lengthMinutes !== null)).toBe(true);
    expect(notes.filter(({ reason }) => reason === 'keys that are not known')).toEqual([]);

    const ids = (rows: { id: string }[]) => new Set(rows.map(({ id }) => id));
    const [sessions, speakers, tracks, rooms] = [
      result.sessions,
      result.speakers,
      result.tracks,
      result.rooms,
    ].map(ids);
    expect(result.links.every(({ session, speaker }) => sessions.has(session) && speakers.has(speaker))).toBe(
      true,
    );
    expect(result.sessions.every(({ trackId }) => trackId === null || tracks.has(trackId))).toBe(true);
    expect(result.sessions.every(({ roomId }) => roomId === null || rooms.has(roomId))).toBe(true);
    expect(result.sessions.every(({ startsAt }) => startsAt !== null)).toBe(true);
    expect(JSON.stringify(result)).not.toMatch(/<script|style=/);
  });
});
