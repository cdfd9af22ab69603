/**
 * A race: servers that give the same answer take turns under load. Nothing is timed unless the answers are equal.
 * Used by run.ts.
 */
import type { Case } from './cases.ts';
import { contenders, type ContenderName, type Request } from './contenders.ts';
import { requestsPerSecond, rotated, type Load } from './measure.ts';
import { dataOf, firstDifference, hashOf, normalise } from './normalise.ts';
import { raceOutcome, type Outcome } from './report.ts';
import type { Work } from './works.ts';

/** A server that runs. */
export interface Server {
  readonly name: ContenderName;
  readonly title: string;
  /** How many processes of it run: each round asks the next one, since processes alike differ in speed. */
  readonly processes: number;
  readonly ports: readonly number[];
  request(work: Work, round?: number): Request;
}

/** All races of one work: equal answers first, a warm-up, then every server once in each round. */
export async function raceAll(
  work: Work,
  inWork: readonly Case[],
  servers: readonly Server[],
  options: Load & { readonly rounds: number },
  say: (line: string) => void,
): Promise<Outcome[]> {
  const racing = servers.filter(({ name }) =>
    inWork.some(({ ours = 'ours', peer }) => name === ours || name === peer),
  );
  const bytes = await compareAnswers(work, racing);
  if (racing.length === 1) return [];
  const figures = new Map<ContenderName, number[]>(racing.map(({ name }) => [name, []]));
  for (const { name, request, processes } of racing) {
    for (let round = 0; round < processes; round++)
      await requestsPerSecond(request(work, round), options, bytes.get(name)!);
  }
  for (let round = 0; round < options.rounds; round++) {
    for (const { name, request } of rotated(racing, round))
      figures.get(name)!.push(await requestsPerSecond(request(work, round), options, bytes.get(name)!));
    const line = racing
      .map(({ name, title }) => `${title} ${figures.get(name)!.at(-1)!.toFixed(0)}/s`)
      .join(', ');
    say(`${work.title}, round ${round + 1}: ${line}`);
  }
  await compareAnswers(work, racing);
  return inWork.flatMap((one) =>
    one.peer
      ? raceOutcome(
          one,
          contenders[one.peer]!.title,
          figures.get(one.ours ?? 'ours')!,
          figures.get(one.peer)!,
        )
      : [],
  );
}

/**
 * Sees to it that all answer alike.
 * @returns the length of each one's answer in bytes
 */
async function compareAnswers(work: Work, servers: readonly Server[]): Promise<Map<ContenderName, number>> {
  const answers = await Promise.all(
    servers.map(async ({ name, title, request }) => ({ name, title, text: await answerOf(request(work)) })),
  );
  const { events } = dataOf(answers[0]!.text) as { events: { nodes: { sessions?: { nodes: unknown[] } }[] } };
  const { expected } = work;
  if (
    events.nodes.length !== expected.events ||
    events.nodes.some(({ sessions }) => sessions?.nodes.length !== expected.sessionsEach)
  ) {
    throw new Error(
      `${work.title}: ${answers[0]!.title} answers with fewer or more events or sessions than it was asked for`,
    );
  }
  const [first, ...others] = answers;
  const odd = others.find(({ text }) => hashOf(text) !== hashOf(first!.text));
  if (odd) {
    const difference = firstDifference(normalise(dataOf(first!.text)), normalise(dataOf(odd.text)));
    const who = `${first!.title} and ${odd.title}`;
    throw new Error(
      `${work.title}: ${who} do not answer alike, so nothing is measured. First difference: ${difference}`,
    );
  }
  return new Map(answers.map(({ name, text }) => [name, Buffer.byteLength(text)]));
}

/**
 * One answer's text.
 * @throws when its status is not 200.
 */
export async function answerOf({ url, method, headers, body }: Request): Promise<string> {
  const response = await fetch(url, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 500)}`);
  return text;
}
