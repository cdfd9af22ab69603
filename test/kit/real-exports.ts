/** Real exports of the two servers before this one, where the machine has them: they are not ours to keep beside the code. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { projectRoot } from '../../src/platform/project.ts';

const places = [
  process.env.SHARED_DATA,
  ...['..', '../..'].map((above) => resolve(projectRoot, above, 'shared/data')),
];

/** The folder of the exports: SHARED_DATA, or shared/data beside the project. Undefined without them: suites that need them are skipped by name. */
export const realExports = places.find((place) => place && existsSync(resolve(place, 'FBF817.zip')));
