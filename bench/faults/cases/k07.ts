/** K07: a worker stands still for longer than its jobs are its own, and goes on while another has done them. */
import { setTimeout as rest } from 'node:timers/promises';
import { startMailServer } from '../../mail-server.ts';
import { until } from '../case.ts';
import type { FaultCase } from '../case.ts';

const mails = 20;

export const k07: FaultCase = {
  id: 'K07',
  fault: `a worker is stopped (SIGSTOP) in the middle of ${mails} mails and goes on once another has done its jobs`,
  expected:
    'every job is done and stays so, mails at least once; the late worker changes nothing and works on',
  async run(stage) {
    const smtp = await startMailServer(500);
    stage.defer(() => smtp.close());
    const database = await stage.database();
    const start = () => stage.server(database, { words: ['worker'], env: { SMTP_URL: smtp.url } });
    const late = await start();
    await database.queueMails(mails);
    await until(async () => (await database.count("jobs WHERE status = 'ACTIVE'")) >= 8, 20_000, 5);
    late.child.kill('SIGSTOP');
    const held = await database.count("jobs WHERE status = 'ACTIVE'");
    const other = await start();
    const done = () => database.count("jobs WHERE status = 'COMPLETED' AND finished_at IS NOT NULL");
    const at = performance.now();
    await until(async () => (await done()) === mails, 120_000, 100);
    const taken = (performance.now() - at) / 1000;
    const rows = () => database.sql('SELECT id, status, finished_at, error FROM jobs ORDER BY id');
    const before = JSON.stringify(await rows());
    late.child.kill('SIGCONT');
    await rest(10_000);
    const isKept = JSON.stringify(await rows()) === before;
    await other.end('SIGTERM');
    await database.queueMails(mails);
    const goesOn = await until(async () => (await done()) === 2 * mails, 60_000, 50).then(
      () => true,
      () => false,
    );
    const again = [...smtp.arrived.values()].filter((times) => times > 1).length;
    return {
      passed: held > 0 && isKept && goesOn && smtp.arrived.size === 2 * mails,
      figure: `${held} jobs were underway; all done ${taken.toFixed(1)} s later by the other; rows ${isKept ? 'as they were' : 'changed'} after the late one went on, which ${goesOn ? 'works on' : 'stands still'}; ${again} mails sent twice, ${2 * mails - smtp.arrived.size} missing`,
    };
  },
};
