import type { Call } from '@elder/rpc'
import { analyse, notLookedAt, notReadable, type Analysis, type OnSeen } from './analysis.ts'
import type { CheckEvent, CheckOrder, CheckRunOptions } from './check-run.ts'
import { fileKey, type Kept } from './file-cache.ts'
import { judgeFiles, type Entry, type JudgedFiles } from './judging/judged-files.ts'
import { excludes, type GatePolicy } from './policy.ts'
import { createSingleFlight } from './single-flight.ts'
import { readPath, readSource } from './source-file.ts'
import type { SubmittedFile } from './submission.ts'

export interface FilesDone extends Pick<JudgedFiles, 'outcomes' | 'judgeMore'> {
  /** Gives new results to the cache. */
  keepNew(): void
}

interface KeyedEntry extends Entry {
  /** Empty when there is nothing to look up. */
  readonly key: string
  readonly bytes: number
}

// A check of so few files is somebody waiting after an edit.
const mostUrgentFiles = 8
// Twice what the engines have in hand.
const mostAtOnce = 16

/** Looks at the files of checks: at equal ones once, at known ones not at all. */
export function createFileRuns({ engines, engineVersions, cache, now }: CheckRunOptions) {
  const once = createSingleFlight<Analysis>()

  return async function startFiles(order: CheckOrder, call: Call, push: (event: CheckEvent) => void): Promise<FilesDone> {
    const entries = order.files.map((file) => enter(file, order.policy, engineVersions))
    const known = await cache.find(entries.flatMap(({ key }) => (key === '' ? [] : [key])), call)
    call.signal.throwIfAborted()
    const urgent = entries.length <= mostUrgentFiles
    const judged = judgeFiles(order, entries, now, push)
    const fresh = new Map<string, Kept>()
    const missed: KeyedEntry[] = []
    for (const entry of entries) {
      const hit = known.get(entry.key)
      if (hit !== undefined && 'analysis' in hit) judged.begin(entry).conclude(hit.analysis, true)
      else missed.push(entry)
    }
    await inTurns(missed, async (entry) => {
      const file = judged.begin(entry)
      const analysis = await look(entry, file.hear)
      file.conclude(analysis, false)
      const hit = known.get(entry.key)
      if (analysis.repeatable && entry.key !== '') fresh.set(entry.key, { key: entry.key, lease: hit !== undefined && 'lease' in hit ? hit.lease : undefined, analysis })
    })
    return { ...judged, keepNew: () => cache.keep([...fresh.values()]) }

    async function look({ excluded, key, read }: KeyedEntry, onSeen: OnSeen): Promise<Analysis> {
      if (excluded !== undefined) return notLookedAt(excluded)
      const file = read()
      if (file.kind === 'unreadable') return notReadable(file)
      return once(key, call.signal, (signal) => analyse(engines, file, { urgent, weight: file.text.length }, signal, onSeen))
    }
  }
}

function enter({ path, content, sizeBytes = 0n }: SubmittedFile, policy: GatePolicy, engineVersions: string): KeyedEntry {
  const place = readPath(path, content)
  const excluded = excludes(policy, path)
  return {
    path,
    fileClass: place.fileClass,
    excluded,
    key: excluded !== undefined || content.length > policy.maxFileBytes || sizeBytes > 0n ? '' : fileKey(place, content, engineVersions),
    bytes: content.length,
    read: () => readSource(path, content, policy.maxFileBytes, sizeBytes),
  }
}

/** Few at a time, because what waits holds its text; the longest first, so that no long one is left alone at the end; equal ones together, to be looked at once. */
async function inTurns(entries: readonly KeyedEntry[], lookAt: (entry: KeyedEntry) => Promise<void>): Promise<void> {
  const groups = Map.groupBy(entries.toSorted((a, b) => b.bytes - a.bytes), ({ key }) => key)
  const next = groups.values()
  const takeTurns = async () => {
    for (const group of next) await Promise.all(group.map(lookAt))
  }
  await Promise.all(Array.from({ length: Math.min(mostAtOnce, groups.size) }, takeTurns))
}
