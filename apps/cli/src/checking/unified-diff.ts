import { applySplices, type Splice } from './edits.ts'

const context = 3

interface Core {
  /** Lines from 0, both ends included. */
  readonly first: number
  readonly last: number
  readonly splices: readonly Splice[]
}

/** The effect of splices on a text, as `diff -u` would print it. The splices are sorted and do not overlap. */
export function unifiedDiff(name: string, text: string, splices: readonly Splice[]): string {
  if (splices.length === 0) return ''
  const starts = lineStarts(text)
  const lineOf = (offset: number) => upperBound(starts, offset) - 1
  const cores = joinCores(splices.map((splice) => ({ first: lineOf(splice.start), last: lastLineOf(splice, starts, lineOf), splices: [splice] })))
  const hunks: Core[][] = []
  for (const core of cores) {
    const last = hunks.at(-1)?.at(-1)
    if (last && core.first - last.last <= 2 * context) hunks.at(-1)?.push(core)
    else hunks.push([core])
  }
  let shift = 0
  const parts = hunks.map((hunk) => {
    const { lines, grown } = hunkText(hunk, text, starts, shift)
    shift += grown
    return lines
  })
  return [`--- ${name}`, `+++ ${name}`, ...parts.flat()].join('\n')
}

function hunkText(cores: readonly Core[], text: string, starts: readonly number[], shift: number): { lines: string[]; grown: number } {
  const lineCount = text.endsWith('\n') ? starts.length - 1 : starts.length
  const sliceOf = (first: number, last: number) => text.slice(starts[first], starts[last + 1] ?? text.length)
  const from = Math.max(0, (cores[0]?.first ?? 0) - context)
  const to = Math.min(lineCount - 1, (cores.at(-1)?.last ?? 0) + context)
  const body: string[] = []
  let [removed, added, at] = [0, 0, from]
  for (const { first, last, splices } of cores) {
    const base = starts[first] ?? 0
    const old = linesIn(sliceOf(first, last))
    const fresh = linesIn(applySplices(sliceOf(first, last), splices.map(({ start, end, text: inserted }) => ({ start: start - base, end: end - base, text: inserted }))))
    if (first > at) body.push(...linesIn(sliceOf(at, first - 1)).map((line) => ` ${line}`))
    const { head, tail } = commonEnds(old, fresh)
    const [gone, come] = [old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail)]
    body.push(...old.slice(0, head).map((line) => ` ${line}`), ...gone.map((line) => `-${line}`), ...come.map((line) => `+${line}`), ...old.slice(old.length - tail).map((line) => ` ${line}`))
    removed += gone.length
    added += come.length
    at = last + 1
  }
  if (to >= at) body.push(...linesIn(sliceOf(at, to)).map((line) => ` ${line}`))
  const kept = body.length - removed - added
  return { lines: [`@@ -${from + 1},${kept + removed} +${from + 1 + shift},${kept + added} @@`, ...body], grown: added - removed }
}

function commonEnds(a: readonly string[], b: readonly string[]): { head: number; tail: number } {
  const most = Math.min(a.length, b.length)
  let head = 0
  while (head < most && a[head] === b[head]) head++
  let tail = 0
  while (tail < most - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++
  return { head, tail }
}

/** A splice that deletes whole lines, or ends with a line break, does not change the line after it. */
function lastLineOf({ start, end, text }: Splice, starts: readonly number[], lineOf: (offset: number) => number): number {
  const [first, last] = [lineOf(start), lineOf(end)]
  const endsAtStart = last > first && starts[last] === end
  const leavesNext = text.endsWith('\n') || (text === '' && starts[first] === start)
  return endsAtStart && leavesNext ? last - 1 : last
}

function joinCores(cores: readonly Core[]): Core[] {
  const joined: Core[] = []
  for (const core of cores) {
    const last = joined.at(-1)
    if (last && core.first <= last.last) joined[joined.length - 1] = { first: last.first, last: Math.max(last.last, core.last), splices: [...last.splices, ...core.splices] }
    else joined.push(core)
  }
  return joined
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

function upperBound(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((starts[middle] ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return low
}

function linesIn(text: string): string[] {
  if (text === '') return []
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n').map((line) => line.replace(/\r$/, ''))
}
