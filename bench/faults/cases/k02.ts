/** K02: the end of a server whose work does not end. */
import { startMailServer } from '../../mail-server.ts';
import { until } from '../case.ts';
import type { FaultCase } from '../case.ts';
import { smallRead } from '../works.ts';

const grace = 2;

export const k02: FaultCase = {
  id: 'K02',
  fault: `SIGTERM with a read that waits for a lock and a job that never ends; SHUTDOWN_SECONDS=${grace}`,
  expected: 'a forced end soon after the grace time, and the log says so; the job goes back',
  async run(stage) {
    const smtp = await startMailServer(600_000);
    const database = await stage.database();
    const server = await stage.server(database, {
      env: { SMTP_URL: smtp.url, SHUTDOWN_SECONDS: String(grace) },
    });
    await database.queueMails(1);
    await until(async () => smtp.arrived.size === 1);
    const held = await database.hold('LOCK TABLE events');
    const stuck = server.ask(smallRead).then(
      ({ errors }) => String(errors[0]?.extensions.code ?? 'ok'),
      (error: { code?: string }) => error.code ?? 'cut',
    );
    await until(async () => (await database.count(`pg_locks WHERE NOT granted`)) > 0);
    const { code, seconds } = await server.end('SIGTERM');
    const [{ status }] = await database.sql('SELECT status FROM jobs');
    await held.letGo();
    smtp.close();
    const said = server.log.filter((line) => /"level":[45]0/.test(line)).length;

    return {
      passed: seconds < grace + 15 && (code !== 0 || said > 0) && status === 'WAITING',
      figure: `ended after ${seconds.toFixed(1)} s with code ${code}, warnings and errors in the log: ${said}; the read got ${await stuck}; the job is ${status}`,
    };
  },
};
