/** The operations that cases send. */

/** A small read that everybody may do. */
export const smallRead = '{ events(first: 3) { nodes { id name } } }';

/** A read of some weight: 20 events with sessions and speakers. */
export const nestedRead =
  '{ events(first: 20) { nodes { id name startsAt sessions(first: 10) { nodes { id title speakers { nodes { id name } } } } } } }';

/** Counts that cost the database some milliseconds and hardly anybody else anything. */
export const countingRead =
  '{ events(first: 100) { nodes { id sessions { totalCount } speakers { totalCount } } } }';

/** Adds a room to an event. */
export const createRoom =
  'mutation Create($input: CreateRoomInput!) { createRoom(input: $input) { room { id version } } }';

/** Renames a room. */
export const updateRoom =
  'mutation Update($id: ID!, $input: UpdateRoomInput!) { updateRoom(id: $id, input: $input) { room { id version name } } }';
