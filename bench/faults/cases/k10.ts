/** K10: PostgreSQL is away for a while. */
import { setTimeout as rest } from 'node:timers/promises';
import { startMailServer } from '../../mail-server.ts';
import { percentile, until } from '../case.ts';
import type { FaultCase } from '../case.ts';
import { startLoad, tally } from '../load.ts';
import { smallRead } from '../works.ts';

const seconds = 15;

export const k10: FaultCase = {
  id: 'K10',
  fault: `PostgreSQL away for ${seconds} s under 100 requests a second, with 20 mails queued`,
  expected:
    'requests fail within 5 s as UNAVAILABLE, /ready is 503, memory does not grow, jobs wait and are done afterwards',
  async run(stage) {
    const smtp = await startMailServer(200);
    const database = await stage.database();
    const server = await stage.server(database, { env: { SMTP_URL: smtp.url } });
    const warm = startLoad(100, () => server.ask(smallRead));
    await rest(2000);
    await warm.stop();
    const { rssMb: before } = await server.report();
    await database.queueMails(20);
    await until(async () => smtp.arrived.size > 0);
    await stage.postgres.crash();
    const load = startLoad(100, () => server.ask(smallRead));
    await rest(seconds * 500);
    const statuses = [await server.status('/ready'), await server.status('/health')];
    await rest(seconds * 500);
    const { rssMb: during } = await server.report();
    const failed = await load.stop();
    await stage.postgres.start();
    const recovered = await until(async () => (await server.ask(smallRead)).errors.length === 0);
    await until(async () => (await database.count(`jobs WHERE status = 'COMPLETED'`)) === 20, 60_000, 100);
    smtp.close();
    const p99 = percentile(
      failed.map(({ ms }) => ms),
      0.99,
    );
    const grown = during - before;
    return {
      passed:
        failed.every(({ outcome }) => outcome === 'UNAVAILABLE') &&
        p99 < 5500 &&
        statuses[0] === 503 &&
        statuses[1] === 200 &&
        grown < 64,
      figure: `${tally(failed)}, p99 ${p99.toFixed(0)} ms; /ready ${statuses[0]}, /health ${statuses[1]}; memory ${grown >= 0 ? '+' : ''}${grown.toFixed(0)} MB; a success ${recovered.toFixed(0)} ms after its return; 20 of 20 mails done`,
    };
  },
};
