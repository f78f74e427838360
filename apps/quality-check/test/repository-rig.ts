import { randomUUID } from 'node:crypto'
import { CreateRepositoryCheckRequest, type CoverageReport, type FileResult, type Finding, type Progress, type Report, type SourceFile, type WatchRepositoryCheckResponse } from '@elder/contracts/quality'
import { waitUntil } from '@elder/testkit'
import { personCall } from '@elder/rpc'
import { callOf, developer, type Instance, type Rig } from './rig.ts'

// A machine that does many things at once takes its time.
const patienceMs = 300_000

/** What a caller sees of the check of a repository. */
export interface RepositoryOutcome {
  readonly findings: Finding[]
  readonly files: FileResult[]
  readonly progress: Progress[]
  readonly report: Report
}

export type Texts = Readonly<Record<string, string | Uint8Array>>

export interface CheckOptions extends Partial<Pick<CreateRepositoryCheckRequest, 'repository' | 'policyYaml' | 'mode' | 'diff' | 'deep' | 'someFiles'>> {
  readonly reports?: readonly Pick<CoverageReport, 'path' | 'content' | 'modifiedAt'>[]
}

/** An instance that Postgres has answered. */
export async function startReadyInstance(rig: Rig, changes: Record<string, string> = {}): Promise<Instance> {
  const instance = await rig.startInstance(changes)
  await waitUntil(async () => (await instance.readiness()).ready)
  return instance
}

const filesACall = 1_000

export const sourceFiles = (texts: Texts): SourceFile[] => Object.entries(texts).map(([path, text]) => ({ path, content: Buffer.from(text), changedLines: [], modifiedAt: undefined, sizeBytes: 0n }))

/** Creates a check and gives it its files; it is not started. */
export async function prepare({ client }: Pick<Instance, 'client'>, texts: Texts, { reports = [], ...terms }: CheckOptions = {}): Promise<string> {
  const { checkId } = await client.createRepositoryCheck(CreateRepositoryCheckRequest.fromPartial({ repository: 'shop', ...terms }), callOf())
  const files = sourceFiles(texts)
  for (let start = 0; start < files.length; start += filesACall) await client.addRepositoryFiles({ checkId, files: files.slice(start, start + filesACall), coverageReports: [] }, callOf())
  if (reports.length > 0) await client.addRepositoryFiles({ checkId, files: [], coverageReports: reports.map(({ path, content, modifiedAt }) => ({ path, content: Buffer.from(content), modifiedAt })) }, callOf())
  return checkId
}

/** Watches to the end. */
export async function watch({ client }: Pick<Instance, 'client'>, checkId: string, onEvent: (event: WatchRepositoryCheckResponse['event']) => void = () => undefined): Promise<RepositoryOutcome> {
  const findings: Finding[] = []
  const files: FileResult[] = []
  const progress: Progress[] = []
  let report: Report | undefined
  for await (const { event } of client.watchRepositoryCheck({ checkId }, personCall(developer, randomUUID(), patienceMs))) {
    if (event?.$case === 'finding') findings.push(event.value)
    if (event?.$case === 'file') files.push(event.value)
    if (event?.$case === 'progress') progress.push(event.value)
    if (event?.$case === 'report') report = event.value
    onEvent(event)
  }
  if (report === undefined) throw new Error('the check ended without a report')
  return { findings, files, progress, report }
}

export async function checkRepository(instance: Instance, texts: Texts, options: CheckOptions = {}): Promise<RepositoryOutcome> {
  const checkId = await prepare(instance, texts, options)
  await instance.client.startRepositoryCheck({ checkId }, callOf())
  return watch(instance, checkId)
}

export const ruleAt = ({ file, line, rule }: Finding): string => `${file}:${line} ${rule}`
