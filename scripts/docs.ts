/**
 * Writes what is generated from the code and committed: the reference pages, .env.example and schema.graphql
 * (`npm run docs`; run `npm run build` first). With --check it writes nothing and fails with the names of stale files.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { drawBlueprint } from '../dist/src/blueprint.js';
import { loadCommands } from '../dist/src/main.js';
import { permissionsPage } from '../dist/src/permissions/document.js';
import { cliReference } from '../dist/src/platform/cli/reference.js';
import { configReference, envExample } from '../dist/src/platform/config/index.js';
import { errorsReference } from '../dist/src/platform/graphql/errors.reference.js';
import { printSchemaByName } from '../dist/src/platform/graphql/print.js';

const root = join(import.meta.dirname, '..');
const [option] = process.argv.slice(2);
if (option !== undefined && option !== '--check') {
  console.error('Usage: npm run docs, or npm run docs -- --check');
  process.exit(2);
}

const { permissions, operations, schema } = drawBlueprint();
const served = schema();
const files: Record<string, string> = {
  'docs/reference/permissions.md': permissionsPage(permissions, operations, served),
  'docs/reference/errors.md': errorsReference(),
  'docs/reference/config.md': configReference(),
  'docs/reference/cli.md': cliReference(await loadCommands([])),
  '.env.example': envExample(),
  'schema.graphql': printSchemaByName(served),
};
const stale = Object.entries(files).filter(([name, text]) => {
  const path = join(root, name);
  return !existsSync(path) || readFileSync(path, 'utf8') !== text;
});

if (option === '--check') {
  if (stale.length > 0)
    console.error(`Stale: ${stale.map(([name]) => name).join(', ')}. Run "npm run build && npm run docs".`);
  else console.log('Everything generated is up to date.');
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const [name, text] of stale) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  console.log(
    stale.length > 0
      ? `Wrote ${stale.map(([name]) => name).join(', ')}.`
      : 'Everything generated was up to date.',
  );
}
