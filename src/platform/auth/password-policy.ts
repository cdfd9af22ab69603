/**
 * What a password must be: long enough, and hard to guess. How hard it is to guess is estimated against lists of passwords that
 * leaked, the person's own names and addresses, sequences and repetitions; there are no rules about its letters.
 */
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import type { InputProblem } from '../graphql/errors.ts';
import { passwordLength } from './passwords.ts';

/** From this score on (of 0 to 4) a guesser needs more than a million tries: more than any lock-out lets through. */
const leastScore = 2;

/** Who wants to have a password, and what the settings ask of it. */
export interface PasswordPolicy {
  /** The least number of characters; `passwordLength.least` where the settings ask for less. */
  readonly least?: number;
  /** Names and addresses of the person: what somebody who knows them would try first. */
  readonly person?: readonly (string | null | undefined)[];
}

/** What is wrong with a password that somebody wants to have; `path` is where the input has it. */
export async function passwordProblems(
  password: string,
  path: readonly string[],
  { least = 0, person = [] }: PasswordPolicy = {},
): Promise<InputProblem[]> {
  const normal = password.normalize('NFC');
  const { length } = [...normal];
  const shortest = Math.max(passwordLength.least, least);
  if (length < shortest) return [{ path, message: `must have at least ${shortest} characters` }];
  if (length > passwordLength.most)
    return [{ path, message: `must have at most ${passwordLength.most} characters` }];
  const words = [
    ...new Set(person.flatMap((word) => (word ? knownOf(word.normalize('NFC').toLowerCase()) : []))),
  ];
  estimator ??= loadEstimator();
  const { score } = (await estimator).check(normal, words);
  return score < leastScore
    ? [
        {
          path,
          message: 'is too easy to guess: take a longer one, or several words that do not belong together',
        },
      ]
    : [];
}

/** What somebody who knows a name or an address tries first: the whole, the part before the @, and the words of it. */
function knownOf(text: string): string[] {
  const [local] = text.split('@');
  return [text, local, ...text.split(/[^\p{L}\p{N}]+/u)].filter((word) => word.length > 1);
}

let estimator: Promise<ZxcvbnFactory> | undefined;

/** The lists take a moment to load and some memory: only where a password is chosen. */
async function loadEstimator(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory: Factory }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new Factory({ dictionary, graphs: adjacencyGraphs });
}
