import type { AddRepositoryFilesRequest, CancelRepositoryCheckRequest, CreateRepositoryCheckRequest, StartRepositoryCheckRequest, WatchRepositoryCheckRequest, WatchRepositoryCheckResponse } from '@elder/contracts/quality'
import type { Call } from '@elder/rpc'
import { fileToWire, findingToWire, modeFromWire, reportToWire } from '../wire.ts'
import type { Part } from './repository-check.ts'
import type { RepositoryChecks, WatchEvent } from './repository-checks.ts'

/** The calls about repository checks. Any authenticated caller may create one. */
export function repositoryHandlers(checks: RepositoryChecks) {
  return {
    async createRepositoryCheck({ repository, policyYaml, mode, diff, deep, someFiles }: CreateRepositoryCheckRequest, call: Call) {
      return { checkId: await checks.create({ repository, policyYaml, mode: modeFromWire(mode) ?? 'whole_file', diff, deep, scope: someFiles ? 'files' : 'repository' }, call) }
    },
    async addRepositoryFiles({ checkId, files, coverageReports }: AddRepositoryFilesRequest, call: Call) {
      return { files: await checks.add(checkId, { files, reports: coverageReports }, call) }
    },
    async startRepositoryCheck({ checkId }: StartRepositoryCheckRequest, call: Call) {
      await checks.start(checkId, call)
      return {}
    },
    async *watchRepositoryCheck({ checkId }: WatchRepositoryCheckRequest, call: Call) {
      for await (const event of checks.watch(checkId, call)) yield* toWire(event)
    },
    async cancelRepositoryCheck({ checkId }: CancelRepositoryCheckRequest, call: Call) {
      await checks.cancel(checkId, call)
      return {}
    },
  }
}

function* toWire(event: WatchEvent): Generator<WatchRepositoryCheckResponse, void, undefined> {
  if (event.kind === 'progress') yield { event: { $case: 'progress', value: event.progress } }
  else if (event.kind === 'report') yield { event: { $case: 'report', value: reportToWire(event.check) } }
  else yield* partToWire(event.part)
}

function* partToWire({ files, findings }: Part): Generator<WatchRepositoryCheckResponse, void, undefined> {
  for (const { path, finding } of findings) yield { event: { $case: 'finding', value: findingToWire(path, finding) } }
  for (const file of files) {
    for (const finding of file.findings) yield { event: { $case: 'finding', value: findingToWire(file.path, finding) } }
    yield { event: { $case: 'file', value: fileToWire(file.report) } }
  }
}
