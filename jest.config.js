/** Jest in ESM mode over SWC: the decorators need their metadata, which ts-jest cannot give with TypeScript 7. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  testMatch: ['<rootDir>/src/**/*.test.ts', '<rootDir>/test/**/*.test.ts'],
  setupFiles: ['reflect-metadata'],
  testTimeout: 60_000,
  globalSetup: '<rootDir>/test/kit/database.setup.ts',
  globalTeardown: '<rootDir>/test/kit/database.teardown.ts',
  maxWorkers: 2,
};
