import type { TestProject } from 'vitest/node'
import { offerPostgres } from './shared-postgres.ts'

/** Vitest's globalSetup: one Postgres a run, started when the first test file wants one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const offer = await offerPostgres()
  project.provide('elderPostgres', offer.url)
  return () => offer.close()
}
