import type { Call } from '@elder/rpc'
import { analyse, notLookedAt, notReadable, type Analysis, type OnSeen } from './analysis.ts'
import type { CheckEvent, CheckOrder, CheckRunOptions, FileReport } from './check-run.ts'
import { fileKey, type Cached } from './file-cache.ts'
import type { Diagnostic, Finding } from './finding.ts'
import { withFingerprints } from './fingerprint.ts'
import { expired } from './judging/ignoring.ts'
import { createJury, judgedLines, type Jury } from './judging/judged-file.ts'
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
  /** Reads the content, which a result from the cache needs not. */
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
    await Promise.all(entries.map(finish))

    async function finish(entry: Entry): Promise<void> {
      const { path, fileClass } = entry
      const listing = createListing((finding) => push({ kind: 'finding', path, finding }))
      const terms = { policy: order.policy, changed: order.changes.of(path), accepted: order.accepted?.get(path) ?? nothingAccepted, now: now() }
      let jury: Jury | undefined
      const hit = found.get(entry.key)
      const cached = hit !== undefined && 'analysis' in hit
      const analysis = cached ? hit.analysis : await look(entry, (seen, ignores) => {
        jury ??= createJury(path, { fileClass, ignores }, terms)
        listing.tell(jury.judge(seen))
      })
      jury ??= createJury(path, analysis, terms)
      listing.end([...jury.judge(analysis.seen), ...jury.judge(expiredIn(entry, analysis))])
      done.set(path, { analysis, cached, listing, jury })
      push({ kind: 'file', file: reportOf(path, { analysis, cached, listing, jury }) })
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
    const place = readPath(path)
    const excluded = excludes(policy, path)
    let file: SourceText | Unreadable | undefined
    return {
      path,
      fileClass: place.fileClass,
      excluded,
      key: excluded !== undefined || content.length > policy.maxFileBytes ? '' : fileKey(place, content, engineVersions),
      read: () => (file ??= readSource(path, content, policy.maxFileBytes)),
    }
  }
}

function textOf({ read }: Entry): string {
  const file = read()
  return file.kind === 'text' ? file.text : ''
}

function reportOf(path: string, { analysis: { status, reason }, cached, jury }: Done): FileReport {
  return { path, cached, status, reason, existing: jury.existing, suppressed: jury.suppressed, silenced: jury.silenced }
}

function freshOf(key: string, done: Done | undefined, hit: Cached | undefined) {
  const lease = hit !== undefined && 'lease' in hit ? hit.lease : undefined
  return done === undefined || done.cached || !done.analysis.repeatable || key === '' ? [] : [[key, { key, lease, analysis: done.analysis }] as const]
}
