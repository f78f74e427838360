import type { Call } from '@elder/rpc'
import { analyse, notLookedAt, notReadable, type Analysis, type OnSeen } from './analysis.ts'
import type { CheckEvent, CheckOrder, CheckRunOptions, FileReport } from './check-run.ts'
import { fileKey, type Cached } from './file-cache.ts'
import { orderFindings, type Diagnostic, type Finding } from './finding.ts'
import { withFingerprints } from './fingerprint.ts'
import { expired } from './judging/ignoring.ts'
import { createJury, judgedLines, type Jury, type Terms } from './judging/judged-file.ts'
import { createListing, type Listing } from './judging/listing.ts'
import { excludes } from './policy.ts'
import { createSingleFlight } from './single-flight.ts'
import { readPath, readSource, type FileClass, type SourceText, type Unreadable } from './source-file.ts'
import type { SubmittedFile } from './submission.ts'

export interface FileOutcome {
  readonly path: string
  /** That count. */
  readonly findings: readonly Finding[]
  /** That are judged. */
  readonly lines: number
  readonly gap: boolean
  /** By the policy. */
  readonly excluded: boolean
  readonly report: FileReport
}

export interface FilesDone {
  /** In the order the files were sent. */
  outcomes(): FileOutcome[]
  /** Judges what is known only of all files together. */
  judgeMore(diagnostics: readonly (Diagnostic & { readonly path: string })[]): void
  /** Gives new results to the cache. */
  keepNew(): void
}

interface Entry {
  readonly path: string
  readonly fileClass: FileClass
  /** Why the policy does not look at it; undefined when it does. */
  readonly excluded: string | undefined
  /** Empty when there is nothing to look up. */
  readonly key: string
  readonly bytes: number
  /** Reads the content, which a result from the cache needs not. Nothing keeps the text of a file that is done. */
  readonly read: () => SourceText | Unreadable
}

interface Done {
  readonly analysis: Analysis
  readonly cached: boolean
  readonly listing: Listing
  readonly jury: Jury
}

// A check of so few files is somebody waiting after an edit.
const mostUrgentFiles = 8
// Twice what the engines have in hand.
const mostAtOnce = 16
const nothingAccepted: ReadonlySet<string> = new Set()

/** Looks at the files of checks: at equal ones once, at known ones not at all. */
export function createFileRuns({ engines, engineVersions, cache, now }: CheckRunOptions) {
  const once = createSingleFlight<Analysis>()

  return async function startFiles(order: CheckOrder, call: Call, push: (event: CheckEvent) => void): Promise<FilesDone> {
    const entries = order.files.map((file) => enter(file, order))
    const found = await cache.find(entries.flatMap(({ key }) => (key === '' ? [] : [key])), call)
    call.signal.throwIfAborted()
    const urgent = entries.length <= mostUrgentFiles
    const done = new Map<string, Done>()
    const missed: Entry[] = []
    for (const entry of entries) {
      const hit = found.get(entry.key)
      if (hit !== undefined && 'analysis' in hit) conclude(entry, hit.analysis, { cached: true, listing: listingOf(entry), jury: createJury(entry.path, hit.analysis, termsOf(entry)) })
      else missed.push(entry)
    }
    await lookAtAll(missed)

    // Few at a time, because what waits holds its text; the longest first, so that no long one is left alone at the end; equal ones together, to be looked at once.
    async function lookAtAll(these: readonly Entry[]): Promise<void> {
      const groups = Map.groupBy(these.toSorted((a, b) => b.bytes - a.bytes), ({ key }) => key)
      const next = groups.values()
      const takeTurns = async () => {
        for (const group of next) await Promise.all(group.map(lookAt))
      }
      await Promise.all(Array.from({ length: Math.min(mostAtOnce, groups.size) }, takeTurns))
    }

    async function lookAt(entry: Entry): Promise<void> {
      const { path, fileClass } = entry
      const listing = listingOf(entry)
      let jury: Jury | undefined
      const analysis = await look(entry, (seen, ignores) => {
        jury ??= createJury(path, { fileClass, ignores }, termsOf(entry))
        listing.tell(jury.judge(seen))
      })
      conclude(entry, analysis, { cached: false, listing, jury: jury ?? createJury(path, analysis, termsOf(entry)) })
    }

    function conclude(entry: Entry, analysis: Analysis, { cached, listing, jury }: Omit<Done, 'analysis'>): void {
      const findings = jury.judge(analysis.seen)
      const late = jury.judge(expiredIn(entry, analysis))
      listing.end(late.length === 0 ? findings : orderFindings([...findings, ...late]))
      const each = { analysis, cached, listing, jury }
      done.set(entry.path, each)
      push({ kind: 'file', file: reportOf(entry.path, each) })
    }

    function listingOf({ path }: Entry): Listing {
      return createListing((finding) => push({ kind: 'finding', path, finding }))
    }

    function termsOf({ path }: Entry): Terms {
      return { policy: order.policy, changed: order.changes.of(path), accepted: order.accepted?.get(path) ?? nothingAccepted, now: now() }
    }

    async function look({ excluded, key, read }: Entry, onSeen: OnSeen): Promise<Analysis> {
      if (excluded !== undefined) return notLookedAt(excluded)
      const file = read()
      if (file.kind === 'unreadable') return notReadable(file)
      return once(key, call.signal, (signal) => analyse(engines, file, { urgent, weight: file.text.length }, signal, onSeen))
    }

    function expiredIn(entry: Entry, { ignores }: Analysis) {
      const problems = expired(ignores, order.policy.suppressions.maxDays, now())
      return problems.length === 0 ? [] : withFingerprints(textOf(entry), problems)
    }

    return {
      outcomes: () =>
        entries.flatMap(({ path, excluded }) => {
          const each = done.get(path)
          return each === undefined ? [] : [{ path, excluded: excluded !== undefined, findings: each.listing.all, lines: judgedLines(each.analysis, order.changes.of(path)), gap: each.analysis.gap, report: reportOf(path, each) }]
        }),
      judgeMore(diagnostics) {
        const byPath = new Map(entries.map((entry) => [entry.path, entry]))
        for (const [path, of] of Map.groupBy(diagnostics, (each) => each.path)) {
          const [entry, each] = [byPath.get(path), done.get(path)]
          if (entry !== undefined && each !== undefined) each.listing.end(each.jury.judge(withFingerprints(textOf(entry), of)))
        }
      },
      keepNew() {
        const fresh = new Map(entries.flatMap(({ path, key }) => freshOf(key, done.get(path), found.get(key))))
        cache.keep([...fresh.values()])
      },
    }
  }

  function enter({ path, content }: SubmittedFile, { policy }: CheckOrder): Entry {
    const place = readPath(path, content)
    const excluded = excludes(policy, path)
    return {
      path,
      fileClass: place.fileClass,
      excluded,
      key: excluded !== undefined || content.length > policy.maxFileBytes ? '' : fileKey(place, content, engineVersions),
      bytes: content.length,
      read: () => readSource(path, content, policy.maxFileBytes),
    }
  }
}

function textOf({ read }: Entry): string {
  const file = read()
  return file.kind === 'text' ? file.text : ''
}

function reportOf(path: string, { analysis: { status, reason }, cached, jury }: Done): FileReport {
  return { path, cached, status, reason, ...jury.tally }
}

function freshOf(key: string, done: Done | undefined, hit: Cached | undefined) {
  const lease = hit !== undefined && 'lease' in hit ? hit.lease : undefined
  return done === undefined || done.cached || !done.analysis.repeatable || key === '' ? [] : [[key, { key, lease, analysis: done.analysis }] as const]
}
