import type { Call } from '@elder/rpc'
import { analyse, notSelected, notReadable, type Analysis, type OnSeen } from './analysis.ts'
import type { CheckEvent, CheckOrder, CheckRunOptions } from './check-run.ts'
import { fileKey, type Kept } from './file-cache.ts'
import { forEachGroup, type Ordered } from './file-order.ts'
import { judgeFiles, type Entry, type JudgedFiles } from './judging/judged-files.ts'
import { excludes, type GatePolicy } from './policy.ts'
import { createSingleFlight } from './single-flight.ts'
import { readPath, readSource } from './source-file.ts'
import type { SubmittedFile } from './submission.ts'

export interface FilesDone extends Pick<JudgedFiles, 'outcomes' | 'judgeMore'> {
  /** Stores new results in the cache. */
  keepNew(): void
}

/** The key is that of the cache; empty when the file is not analysed and has no cached result. */
interface KeyedEntry extends Entry, Ordered {}

// A check of so few files is taken for an edit that a user waits for, and runs before larger ones.
const maxUrgentFiles = 8

/** Analyses the files of checks: those with equal contents analyseOnce, those with a cached result not at all. */
export function createFileRuns({ engines, engineVersions, cache, now }: CheckRunOptions) {
  const analyseOnce = createSingleFlight<Analysis>()

  return async function startFiles(order: CheckOrder, call: Call, push: (event: CheckEvent) => void): Promise<FilesDone> {
    const entries = order.files.map((file) => toEntry(file, order.policy, engineVersions))
    const known = await cache.find(entries.flatMap(({ key }) => (key === '' ? [] : [key])), call)
    call.signal.throwIfAborted()
    const urgent = entries.length <= maxUrgentFiles
    const judged = judgeFiles(order, entries, now, push)
    const fresh = new Map<string, Kept>()
    const missed: KeyedEntry[] = []
    for (const entry of entries) {
      const hit = known.get(entry.key)
      if (hit !== undefined && 'analysis' in hit) judged.begin(entry).conclude(hit.analysis, true)
      else missed.push(entry)
    }
    await forEachGroup(missed, async (entry) => {
      const file = judged.begin(entry)
      const analysis = await analyseFile(entry, file.add)
      file.conclude(analysis, false)
      const hit = known.get(entry.key)
      if (analysis.repeatable && entry.key !== '') fresh.set(entry.key, { key: entry.key, lease: hit !== undefined && 'lease' in hit ? hit.lease : undefined, analysis })
    })
    return { ...judged, keepNew: () => cache.keep([...fresh.values()]) }

    async function analyseFile({ excluded, key, read }: KeyedEntry, onSeen: OnSeen): Promise<Analysis> {
      if (excluded !== undefined) return notSelected(excluded)
      const file = read()
      if (file.kind === 'unreadable') return notReadable(file)
      return analyseOnce(key, call.signal, (signal) => analyse(engines, file, { urgent, weight: file.text.length }, signal, onSeen))
    }
  }
}

function toEntry({ path, content, sizeBytes = 0n }: SubmittedFile, policy: GatePolicy, engineVersions: string): KeyedEntry {
  const pathFacts = readPath(path, content)
  const excluded = excludes(policy, path)
  return {
    path,
    fileClass: pathFacts.fileClass,
    excluded,
    key: excluded !== undefined || content.length > policy.maxFileBytes || sizeBytes > 0n ? '' : fileKey(pathFacts, content, engineVersions),
    language: pathFacts.language,
    bytes: content.length,
    read: () => readSource(path, content, policy.maxFileBytes, sizeBytes),
  }
}
