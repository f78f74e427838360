import type { Call } from '@elder/rpc'
import { analyse, notSelected, notReadable, type Analysis, type OnSeen } from './analysis.ts'
import type { CheckEvent, CheckOrder, CheckRunOptions } from './check-run.ts'
import { fileKey, type Kept } from './file-cache.ts'
import { judgeFiles, type Entry, type JudgedFiles } from './judging/judged-files.ts'
import { excludes, type GatePolicy } from './policy.ts'
import { createSingleFlight } from './single-flight.ts'
import { readPath, readSource } from './source-file.ts'
import type { SubmittedFile } from './submission.ts'

export interface FilesDone extends Pick<JudgedFiles, 'outcomes' | 'judgeMore'> {
  /** Stores new results in the cache. */
  keepNew(): void
}

interface KeyedEntry extends Entry {
  /** The cache key; empty when the file is not analysed and has no cached result. */
  readonly key: string
  readonly bytes: number
}

// A check of so few files is taken for an edit that a user waits for, and runs before larger ones.
const maxUrgentFiles = 8
// Twice as many as the engines work on at a time, so that none of them waits for its next file.
const maxConcurrentFiles = 16

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
    bytes: content.length,
    read: () => readSource(path, content, policy.maxFileBytes, sizeBytes),
  }
}

/**
 * Runs a few entries at a time, because each holds its text while it waits; the longest first, so that none of them is left to run alone at the end;
 * entries with the same key together, so that they share one analysis.
 */
async function forEachGroup(entries: readonly KeyedEntry[], run: (entry: KeyedEntry) => Promise<void>): Promise<void> {
  const groups = Map.groupBy(entries.toSorted((a, b) => b.bytes - a.bytes), ({ key }) => key)
  const next = groups.values()
  const work = async () => {
    for (const group of next) await Promise.all(group.map(run))
  }
  await Promise.all(Array.from({ length: Math.min(maxConcurrentFiles, groups.size) }, work))
}
