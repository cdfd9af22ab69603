/** What `convoke import FILE.yaml` does: fixtures of organizations, collaborations and their people, checked whole first. */
import Table from 'cli-table3';
import type { App } from '../app.ts';
import { fixtureKinds, importFixtures } from '../imports/fixtures.service.ts';
import type { FixtureOptions, FixtureResult } from '../imports/fixtures.service.ts';
import { readFixtures } from '../imports/fixtures.reader.ts';

const titles: Record<(typeof fixtureKinds)[number], string> = {
  organizations: 'organizations',
  users: 'people',
  memberships: 'memberships',
  roles: 'roles',
  assignments: 'roles given',
  collaborations: 'collaborations',
  computeNodes: 'compute nodes',
  tasks: 'tasks',
};

/** Whether a file is one of fixtures, by its name. */
export const isFixtureFile = (file: string): boolean => /\.ya?ml$/i.test(file);

/** Imports a file of fixtures. Throws FixtureError, with everything that is wrong, before anything is written. */
export async function importFixtureFile(
  app: App,
  file: string,
  options: FixtureOptions,
): Promise<FixtureResult> {
  return importFixtures(app, await readFixtures(file), options);
}

/** What an import came to, for people. */
export function reportFixtures({ dryRun, counts, generated, notes }: FixtureResult): string {
  const table = new Table({
    head: ['', dryRun ? 'would be written' : 'written', 'there already'],
    style: { head: [], border: [] },
    chars: plain,
  });
  for (const kind of fixtureKinds) table.push([titles[kind], counts[kind].written, counts[kind].present]);
  const parts = [table.toString()];
  if (notes.length > 0)
    parts.push(['Taken otherwise than the file has it', ...notes.map((note) => `  ${note}`)].join('\n'));
  if (generated.length > 0) {
    const secrets = new Table({ head: ['made up', 'of', ''], style: { head: [], border: [] }, chars: plain });
    for (const { kind, of, value } of generated)
      secrets.push([kind === 'password' ? 'password' : 'API key', of, value]);
    parts.push(
      dryRun
        ? `${generated.length} passwords and keys would be made up.`
        : `Shown this once; nobody can read them again:\n\n${secrets.toString()}`,
    );
  }
  if (dryRun) parts.push('Nothing was written.');
  return parts.join('\n\n');
}

const none = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
  'left',
  'left-mid',
  'mid',
  'mid-mid',
  'right',
  'right-mid',
];
const plain = { ...Object.fromEntries(none.map((name) => [name, ''])), middle: '  ' };
