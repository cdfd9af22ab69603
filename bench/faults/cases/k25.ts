/** K25: Redis has no memory left. */
import { setTimeout as rest } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startMailServer } from '../../mail-server.ts';
import { until } from '../case.ts';
import type { FaultCase } from '../case.ts';
import { startLoad, tally } from '../load.ts';
import { startRedis } from '../redis.ts';
import { createRoom } from '../works.ts';

const [seconds, mails] = [5, 40];

export const k25: FaultCase = {
  id: 'K25',
  fault: `Redis out of memory (noeviction) for ${seconds} s under 20 mutations a second, with ${mails} mails queued meanwhile`,
  expected: 'no mutation fails, the log says why jobs wait, the mails go out afterwards',
  async run(stage) {
    const redis = await startRedis(stage);
    const smtp = await startMailServer(20);
    stage.defer(() => smtp.close());
    const database = await stage.database();
    const server = await stage.server(database, { env: { SMTP_URL: smtp.url, REDIS_URL: redis.url } });
    const admin = new Redis(redis.url);
    stage.defer(() => admin.disconnect());
    const input = { eventId: stage.world.eventId, name: 'Room' };
    await admin.config('SET', 'maxmemory', '1');
    const load = startLoad(20, () => server.ask(createRoom, { input }, { token: stage.world.token }));
    await database.queueMails(mails);
    await rest(seconds * 1000);
    const kept = await database.count('outbox');
    const during = await load.stop();
    const isTold = server.log.some((line) => line.includes('OOM'));
    await admin.config('SET', 'maxmemory', '0');
    const drained = await until(async () => smtp.arrived.size === mails, 60_000, 50).catch(() => NaN);
    return {
      passed:
        server.isAlive &&
        isTold &&
        during.every(({ outcome }) => outcome === 'ok') &&
        kept >= mails &&
        smtp.arrived.size === mails,
      figure: `mutations: ${tally(during)}; ${kept} jobs in the outbox; the log ${isTold ? 'says' : 'does not say'} why; ${smtp.arrived.size} of ${mails} mails sent ${(drained / 1000).toFixed(1)} s after there was memory again`,
    };
  },
};
