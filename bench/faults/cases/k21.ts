/** K21: Redis restarts with jobs in it. */
import { startMailServer } from '../../mail-server.ts';
import { until } from '../case.ts';
import type { FaultCase } from '../case.ts';
import { startRedis } from '../redis.ts';

const mails = 200;

export const k21: FaultCase = {
  id: 'K21',
  fault: `Redis (append-only file, everysec) killed and started again with ${mails} mails in its queue, in the middle of the work`,
  expected: 'every mail is sent; the workers go on by themselves',
  async run(stage) {
    const redis = await startRedis(stage);
    const smtp = await startMailServer(50);
    const database = await stage.database();
    const server = await stage.server(database, { env: { SMTP_URL: smtp.url, REDIS_URL: redis.url } });
    await database.queueMails(mails);
    await until(async () => smtp.arrived.size >= mails / 4, 60_000);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const before = smtp.arrived.size;
    await redis.kill();
    await redis.start();
    const at = performance.now();
    await until(async () => smtp.arrived.size > before + 8, 60_000);
    const resumed = (performance.now() - at) / 1000;
    await until(
      async () => (await database.count(`jobs WHERE status = 'COMPLETED'`)) === mails,
      90_000,
      100,
    ).catch(() => {});
    const done = await database.count(`jobs WHERE status = 'COMPLETED'`);
    const again = [...smtp.arrived.values()].reduce((sum, times) => sum + times - 1, 0);
    smtp.close();
    return {
      passed: server.isAlive && done === mails && smtp.arrived.size === mails,
      figure: `${before} were sent before; ${mails - smtp.arrived.size} missing, ${again} sent twice, ${done} done; the next was sent ${resumed.toFixed(1)} s after the restart`,
    };
  },
};
