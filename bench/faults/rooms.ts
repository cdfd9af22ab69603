/** Rooms of an event, made over the API: what cases change that need rows to change. */
import type { Server } from './server.ts';
import type { World } from './stage.ts';
import { createRoom } from './works.ts';

/** Makes so many rooms; their ids. */
export async function makeRooms(server: Server, { eventId, token }: World, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const { data, errors } = await server.ask(
      createRoom,
      { input: { eventId, name: `Room ${index}` } },
      { token },
    );
    if (errors.length > 0) throw new Error(errors[0]!.message);
    ids.push(data.createRoom.room.id);
  }
  return ids;
}
