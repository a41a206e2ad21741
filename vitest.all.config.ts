import { defineConfig } from 'vitest/config'
import base from './vitest.config.ts'

/** What `npm run test:all` runs: simulations, processes killed for real, and other people's servers. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/long/**/*.test.ts'],
    exclude: ['node_modules/**', 'dist/**'],
    testTimeout: 600_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000, interval: 100 } },
    // On the disk, which is part of what they measure, and has room for what they make.
    globalSetup: ['test/postgres-server.ts'],
    // Each file starts servers of its own and measures itself against the clock.
    fileParallelism: false,
    isolate: true,
  },
})
