import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{libs,apps,tools}/**/*.test.ts', 'tests/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
  },
})
