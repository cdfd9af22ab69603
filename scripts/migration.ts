/**
 * Writes the migration that takes the database from the migrations so far to the model: `npm run migration NAME`.
 * Works on an embedded database of its own; run `npm run build` first. With --check it writes nothing and fails
 * where a migration is missing.
 */
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../dist/src/app.js';
import { loadConfig } from '../dist/src/platform/config/index.js';
import { migrate, schemaDifference } from '../dist/src/platform/data/migrate.js';

const folder = join(import.meta.dirname, '..', 'migrations');
const [name = ''] = process.argv.slice(2);
if (name !== '--check' && !/^[a-z][a-z-]*$/.test(name)) {
  console.error('Usage: npm run migration NAME  (small letters and dashes), or --check');
  process.exit(2);
}

const app = await createApp(
  loadConfig({ DATA_DIR: mkdtempSync(join(tmpdir(), 'convoke-migration-')), LOG_LEVEL: 'error' }, '/'),
);
// Not app.migrate(): before the first migration is written there are no tables to put rows into.
await migrate(app.database);
const difference = await schemaDifference(app.database);
await app.close();

if (!difference) console.log('The migrations build the model.');
else if (name === '--check') {
  console.error(
    `The migrations do not build the model; run "npm run migration NAME". Missing:\n${difference}`,
  );
  process.exitCode = 1;
} else write(difference);

function write(sql: string): void {
  const number = String(readdirSync(folder).filter((file) => /^\d{4}-/.test(file)).length + 1).padStart(
    4,
    '0',
  );
  const className = `Migration${number}`;
  const file = `${number}-${name}.ts`;
  const statements = sql
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => `    this.addSql(\`${line.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\`);`)
    .join('\n');
  writeFileSync(
    join(folder, file),
    `/** ${name.replaceAll('-', ' ')}. */\nimport { Migration } from '@mikro-orm/migrations';\n\n` +
      `export class ${className} extends Migration {\n  override name = '${number}-${name}';\n\n  override up(): void {\n${statements}\n  }\n}\n`,
  );
  const index = join(folder, 'index.ts');
  const text = readFileSync(index, 'utf8');
  writeFileSync(
    index,
    text
      .replace(/\n*(\n\/\*\* All)/, `\nimport { ${className} } from './${file}';\n$1`)
      .replace(/\n\];/, `\n  { name: '${number}-${name}', class: ${className} },\n];`),
  );
  console.log(`Wrote migrations/${file}: read it before you commit it.`);
}
