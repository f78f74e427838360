import type { CheckOrder } from '../check-run.ts'
import type { Finding } from '../finding.ts'
import { withFingerprints } from '../fingerprint.ts'
import { readIgnoreComments } from '../ignore-comments.ts'
import { createFileJudge } from '../judging/judged-file.ts'
import { isWholeRepository } from '../judging/whole-repository.ts'
import { readSource } from '../source-file.ts'
import type { JobStore } from './job-store.ts'
import type { PlacedDiagnostic } from './placed-diagnostic.ts'

export interface PlacedJudging {
  readonly order: Omit<CheckOrder, 'files'>
  readonly store: Pick<JobStore, 'readFiles'>
  readonly now: Date
}

const filesAtOnce = 100
const mostFindings = 5_000
const nothingAccepted: ReadonlySet<string> = new Set()

/** Applies the policy, the changed lines, the baseline and the suppression comments to findings of whole-repository analyses, as to those of a file. */
export async function judgePlaced(diagnostics: readonly PlacedDiagnostic[], { order, store, now }: PlacedJudging): Promise<{ path: string; finding: Finding }[]> {
  const byPath = [...Map.groupBy(diagnostics.slice(0, mostFindings), ({ path }) => path)].sort(([a], [b]) => (a < b ? -1 : 1))
  const judged: { path: string; finding: Finding }[] = []
  for (let start = 0; start < byPath.length; start += filesAtOnce) {
    const group = byPath.slice(start, start + filesAtOnce)
    const files = new Map((await store.readFiles(order.id, group.map(([path]) => path))).map((file) => [file.path, file.content]))
    for (const [path, seen] of group) {
      for (const finding of judgeFile(path, files.get(path) ?? new Uint8Array(), seen)) judged.push({ path, finding })
    }
  }
  return judged

  function judgeFile(path: string, content: Uint8Array, seen: readonly PlacedDiagnostic[]): readonly Finding[] {
    const source = readSource(path, content)
    const text = source.kind === 'text' ? source.text : ''
    const terms = { policy: order.policy, changed: order.changes.of(path), accepted: order.accepted?.get(path) ?? nothingAccepted, wholeRepository: isWholeRepository({ scope: order.scope, mode: order.changes.mode }), now }
    const judge = createFileJudge(path, { fileClass: source.kind === 'text' ? source.fileClass : 'source', ignores: source.kind === 'text' ? readIgnoreComments(text, source).comments : [] }, terms)
    return judge.judge(withFingerprints(text, seen.map(({ path: _path, ...diagnostic }) => diagnostic)))
  }
}
