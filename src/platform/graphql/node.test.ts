import { describe, expect, it } from '@jest/globals';
import { TypeID } from 'typeid-js';
import { v4, v7 } from 'uuid';
import { decodeId, encodeId, encodeUuid, prefixOf, uuidOf } from './node.ts';

describe('typed ids', () => {
  it('are encoded as the library does', () => {
    for (let index = 0; index < 2000; index += 1) {
      const uuid = index % 2 ? v4() : v7();
      expect(`event_${encodeUuid(uuid)}`).toBe(TypeID.fromUUID('event', uuid).toString());
    }
    for (const uuid of ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff']) {
      expect(`event_${encodeUuid(uuid)}`).toBe(TypeID.fromUUID('event', uuid).toString());
    }
  });

  it('carry the type in snake case and give the uuid back', () => {
    const uuid = v7();
    expect(prefixOf('SessionType')).toBe('session_type');
    expect(encodeId('SessionType', uuid)).toMatch(/^session_type_[0-9a-z]{26}$/);
    expect(decodeId(encodeId('SessionType', uuid))).toEqual({ prefix: 'session_type', uuid });
  });

  it('of another type are as ids that were never issued', () => {
    expect(uuidOf('Event', encodeId('Session', v7()))).toBeNull();
  });

  it.each([
    '',
    'event',
    'event_',
    'event_x',
    '_01h455vb4pex5vsknk084sn02q',
    'EVENT_01h455vb4pex5vsknk084sn02q',
    'event_81h455vb4pex5vsknk084sn02q',
  ])('refuse %p with the path of what is wrong', (id) => {
    expect(() => uuidOf('Event', id, 'input', 'id')).toThrow(
      expect.objectContaining({
        code: 'BAD_USER_INPUT',
        extensions: expect.objectContaining({ fields: [expect.objectContaining({ path: ['input', 'id'] })] }),
      }),
    );
  });
});
