import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// What rules are shown on is no test of ours, whatever it is called.
const exclude = ['**/node_modules/**', '**/dist/**', 'tools/templates/**', '**/rules/*/*/examples/**']
// Left to itself, Vitest keeps one core for nothing but its own work: on a machine with two, every file waits for the one before.
const maxWorkers = Math.max(2, availableParallelism())

export default defineConfig({
  test: {
    globalSetup: ['libs/testkit/src/global-setup.ts'],
    // Bounds of what hangs, not of what is slow: a machine may do ten other things.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    pool: 'forks',
    // Where a landing hangs on it, what real processes on a busy machine did not manage in time is tried once more, and the report names it. At a desk it fails.
    retry: process.env.CI ? 1 : 0,
    projects: [
      // Functions beside their tests: what they are made of is loaded once for many files.
      { extends: true, test: { name: 'units', include: ['{apps,libs}/*/src/**/*.test.ts'], exclude, maxWorkers, isolate: false, sequence: { groupOrder: 0 } } },
      { extends: true, test: { name: 'services', include: ['{apps,libs}/*/test/**/*.test.ts', 'tools/**/*.test.ts'], exclude, maxWorkers, sequence: { groupOrder: 0 } } },
      // Each file brings up a whole platform, which takes many processes: two at a time, and after the others.
      { extends: true, test: { name: 'platform', include: ['tests/**/*.test.ts'], exclude, maxWorkers: 2, sequence: { groupOrder: 1 }, testTimeout: 240_000 } },
    ],
  },
})
