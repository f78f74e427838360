import { defineConfig } from 'vitest/config'

// What rules are shown on is no test of ours, whatever it is called.
const exclude = ['**/node_modules/**', '**/dist/**', 'tools/templates/**', '**/rules/*/*/examples/**']

export default defineConfig({
  test: {
    globalSetup: ['libs/testkit/src/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    projects: [
      { extends: true, test: { name: 'services', include: ['{apps,libs,tools}/**/*.test.ts'], exclude, sequence: { groupOrder: 0 } } },
      // Each file brings up a whole platform: one at a time, and after the others.
      { extends: true, test: { name: 'platform', include: ['tests/**/*.test.ts'], exclude, fileParallelism: false, sequence: { groupOrder: 1 }, testTimeout: 120_000 } },
    ],
  },
})
