/**
 * The bench: `npm run bench`. Starts a database and the servers, has them answer alike, measures them in
 * turns, prints the table, and ends everything that it started. docs/bench.md says how to read it.
 */
import { mkdir, mkdtemp, rm, chmod, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cases } from './cases.ts';
import { contenders, installPeers, migrate, type Contender, type ContenderName } from './contenders.ts';
import { loadRows, startDatabase, statementsPerRequest } from './database.ts';
import { help, readOptions, type Options } from './options.ts';
import { busyProcesses, freePort, startServer } from './processes.ts';
import { answerOf, raceAll, type Server } from './race.ts';
import { countOutcome, table, type Outcome } from './report.ts';
import { works, type Work } from './works.ts';

const say = (line: string) => console.log(line);

async function bench(options: Options, cleanup: AsyncDisposableStack): Promise<Outcome[]> {
  const asked = cases.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  const possible = asked.filter(({ peer }) => peer === undefined || contenders[peer]);
  for (const { name } of asked.filter((one) => !possible.includes(one)))
    say(`${name} is left out: its peer does not exist yet.`);
  const needed = new Set<ContenderName>(
    possible.flatMap(({ ours = 'ours', peer }) => [ours, ...(peer ? [peer] : [])]),
  );

  const folder = await mkdtemp(path.join(tmpdir(), 'convoke-bench-'));
  // PostgreSQL does not run as root, and its own user must reach its folder.
  await chmod(folder, 0o755);
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  if (needed.has('postgraphile')) installPeers(say);
  say('Starting a database, loading 400 events, 16,000 sessions, 8,000 speakers …');
  const database = await startDatabase(folder, cleanup);
  migrate(database.url, folder);
  await loadRows(database);

  const servers: Server[] = [];
  for (const name of needed) {
    const contender = contenders[name]!;
    const host = servers.find((server) => server.name === contender.within?.name);
    if (host) {
      servers.push(
        serverOf(
          name,
          contender,
          host.ports.map((port) => port + contender.within!.offset),
        ),
      );
      continue;
    }
    say(`Starting ${contender.title} …`);
    servers.push(await start(name, contender, database.url, folder, options.processes, cleanup));
  }
  await warnOfOthers();

  const outcomes: Outcome[] = [];
  for (const work of works) {
    const inWork = possible.filter((one) => one.work === work.name);
    const [apart, together] = [inWork.filter(({ ours }) => !ours), inWork.filter(({ ours }) => ours)];
    if (apart.length > 0) outcomes.push(...(await raceAll(work, apart, servers, options, say)));
    // What shares a process takes many short turns, so that whatever changes within the process changes for all of it.
    const short = { ...options, seconds: 1, rounds: options.rounds * options.seconds };
    if (together.length > 0) outcomes.push(...(await raceAll(work, together, servers, short, say)));
    const counted = inWork.find(({ peer }) => peer === undefined);
    if (counted) {
      const ours = servers.find(({ name }) => name === 'ours')!.request(work);
      outcomes.push(
        countOutcome(counted, await statementsPerRequest(database, () => answerOf(ours)), work.levels),
      );
    }
  }
  return outcomes.toSorted((a, b) => position(a) - position(b));
}

const position = ({ name }: Outcome) => cases.findIndex((one) => one.name === name);

async function start(
  name: ContenderName,
  contender: Contender,
  url: string,
  parent: string,
  processes: number,
  cleanup: AsyncDisposableStack,
): Promise<Server> {
  const ports: number[] = [];
  for (let index = 0; index < processes; index++) {
    const port = await freePort();
    const folder = path.join(parent, `${name}-${index}`);
    await mkdir(folder);
    const command = {
      name: contender.title,
      logFile: path.join(folder, 'server.log'),
      ...contender.command({ url, port, folder }),
    };
    await startServer(command, () => answerOf(contender.request(works[0]!, port)), cleanup);
    ports.push(port);
  }
  return serverOf(name, contender, ports);
}

function serverOf(name: ContenderName, contender: Contender, ports: readonly number[]): Server {
  const request = (work: Work, round = 0) => contender.request(work, ports[round % ports.length]!);
  return { name, title: contender.title, processes: ports.length, ports, request };
}

async function warnOfOthers(): Promise<void> {
  const busy = await busyProcesses(2_000);
  for (const { pid, name, share } of busy)
    say(
      `Warning: ${name} (${pid}) uses ${(share * 100).toFixed(0)} % of a core; the figures will be unsteady.`,
    );
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    say(help);
    return 0;
  }
  const cleanup = new AsyncDisposableStack();
  const interrupted = new Promise<number>((resolve) => {
    process.once('SIGINT', () => resolve(130));
    process.once('SIGTERM', () => resolve(143));
  });
  try {
    const outcomes = await Promise.race([bench(options, cleanup), interrupted]);
    if (typeof outcomes === 'number') return outcomes;
    say(table(outcomes, new Map(cases.map(({ name, title }) => [name, title]))));
    if (options.json !== undefined)
      await writeFile(options.json, `${JSON.stringify({ cases: outcomes }, null, 2)}\n`);
    return outcomes.every(({ pass }) => pass) ? 0 : 1;
  } finally {
    say('Ending what was started …');
    await cleanup.disposeAsync();
  }
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error.message);
    process.exit(2);
  },
);
