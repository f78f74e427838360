import { isAskedFor } from './conditions.ts'
import { describe } from './description.ts'
import type { FlowRule, SeenCall, Sink, SourceKind } from './flow-rule.ts'
import type { Expression, Span } from './program.ts'
import { readField } from './objects.ts'
import { stepsOf } from './reports.ts'
import { noKeywords, type Arguments, type Run } from './run.ts'
import { seenCall } from './seen.ts'
import type { Frame } from './scope.ts'
import { isDirect, type Taint, type Taints } from './taint.ts'
import { deepTaints, joinAll, taintedValue, type Value } from './values.ts'
import type { Path, RuleSink } from './world.ts'

const kindNames: Readonly<Record<SourceKind, string>> = {
  request: 'user input',
  parameter: "a caller's value",
  environment: 'an environment variable',
  arguments: 'a command-line argument',
  file: "a file's content",
  database: 'stored data',
  network: "a remote server's answer",
  location: "the page's address",
  storage: 'browser storage',
  message: 'a message from elsewhere',
  'weak-random': 'a predictable random number',
}

/** Kinds that are certainly untrusted. Environment, command line and files are mostly controlled by trusted people, and the origin of a parameter is unknown. */
const foreign = new Set<SourceKind>(['request', 'message', 'location', 'weak-random'])

/** Checks a call against the sinks of all rules. */
export function checkCall(run: Run, path: Path, args: Arguments, callee: Expression, at: Span): void {
  const { calls } = run.world.factsOf(path)
  if (calls.length === 0) return
  let seen: SeenCall | undefined
  for (const ruleSink of calls) {
    const { sink, rule } = ruleSink
    const place = placeOf(callee, at)
    if (sink.when !== undefined && !sink.when((seen ??= seenCall(path, args)))) {
      run.reports.pass({ rule, ...place }, areKnown(run, selected(sink.args, args), ruleSink))
      continue
    }
    if (sink.always === true) {
      run.reports.add({ rule, ...place, message: sink.message ?? rule.title, origin: '', steps: [], certainty: isAdvice(run, sink) ? 'possible' : 'certain' })
      continue
    }
    reportFirst(run, ruleSink, selected(sink.args, args), describe(callee), place)
  }
}

/** Checks an assignment against the sinks of all rules, such as innerHTML. */
export function checkAssignment(run: Run, path: Path, value: Value, target: Expression | undefined, at: Span, key?: Value): void {
  const { assignments } = run.world.factsOf(path)
  for (const ruleSink of assignments) {
    const { sink, rule } = ruleSink
    const args: Arguments = { positional: [value], spread: undefined, keywords: key === undefined ? noKeywords : new Map([['key', key]]), receiver: undefined }
    if (sink.when !== undefined && !sink.when(seenCall(path, args))) continue
    if (sink.always === true) run.reports.add({ rule, ...at, message: sink.message ?? rule.title, origin: '', steps: [], certainty: isAdvice(run, sink) ? 'possible' : 'certain' })
    else reportFirst(run, ruleSink, selected(sink.args ?? [0], args), target === undefined ? path.name.replace(/^var:/, '') : describe(target), at)
  }
}

const isAdvice = (run: Run, { advice, askedForBy }: Sink): boolean => advice === true || (askedForBy !== undefined && isAskedFor(run, askedForBy))

/** Checks a return value against sinks for responses of request handlers and for functions of a certain name. */
export function checkReturn(run: Run, value: Value, { isHandler, node }: Pick<Frame, 'isHandler' | 'node'>, at: Span): void {
  for (const ruleSink of run.world.returnSinks) {
    const { when, returns } = ruleSink.sink
    if (returns instanceof RegExp ? !returns.test(node?.name ?? '') : !isHandler) continue
    const path = value.path ?? run.world.unknown
    if (when !== undefined && !when(seenCall(path, { positional: [value], spread: undefined, keywords: noKeywords, receiver: undefined }))) continue
    reportFirst(run, ruleSink, [value], returns instanceof RegExp ? `the result of ${node?.name}` : 'the response', at)
  }
}

function reportFirst(run: Run, { rule, bit, sink, proof }: RuleSink, values: readonly Value[], name: string, at: Span): void {
  let best: Taint | undefined
  // Passing on a whole request object is harmless; only what is read from it may be harmful.
  for (const value of values) if (value.path === undefined || !run.world.isContainer(value.path)) best = better(best, worstOf(deepTaints(value), rule, bit, sink.sure === true))
  if (best === undefined) return run.reports.pass({ rule, ...at }, areKnown(run, values, { rule, bit }))
  const from = `${kindNames[best.kind]} from ${best.origin.expression}`
  const reaches = `reaches ${name}`
  const message = `${from} ${reaches}${sink.message === undefined ? '' : `: ${sink.message}`}`
  const what = best.origin.what === '' ? from : `${from}: ${best.origin.what}`
  run.reports.add({ rule, ...at, message, origin: best.origin.expression, steps: stepsOf(best, what, { ...at, message: reaches }), certainty: sink.advice !== true && isProven(run, best, proof) ? 'certain' : 'possible' })
}

function isProven({ world: { model } }: Run, taint: Taint, proof: RuleSink['proof']): boolean {
  const { kind, guess, origin: { expression: origin, what } } = taint
  if (!foreign.has(kind) || guess) return false
  const way = { kind, origin, what, isDirect: isDirect(taint) }
  return model.proves?.(way) !== false && proof?.(way) !== false
}

// Known values: constants, results of a sanitizer, and data that was cleaned or proved harmless.
function areKnown(run: Run, values: readonly Value[], { rule: { sources }, bit }: Pick<RuleSink, 'rule' | 'bit'>): boolean {
  const isMadeClean = ({ path }: Value) => path?.name === '()' && path.parent !== undefined && (run.world.factsOf(path.parent).sanitizes & bit) !== 0n
  const isKnown = (value: Value): boolean => value.constants !== undefined || isMadeClean(value) || holdsKnown(value, isKnown) || deepTaints(value).some(({ kind, clean }) => sources.includes(kind) && (clean & bit) !== 0n)
  return values.length > 0 && values.every(isKnown)
}

/** { __html: sanitize(text) } */
function holdsKnown({ objects, taints }: Value, isKnown: (value: Value) => boolean): boolean {
  const [object, ...others] = objects
  if (object === undefined || others.length > 0 || taints.length > 0) return false
  const { fields, closed, rest, items } = object.content
  return closed && rest === undefined && items === undefined && fields.size > 0 && fields.size <= 8 && [...fields.values()].every((field) => field.objects.length === 0 && isKnown(field))
}

function worstOf(taints: Taints, { sources }: FlowRule, bit: bigint, onlySure: boolean): Taint | undefined {
  let worst: Taint | undefined
  for (const taint of taints) if ((taint.clean & bit) === 0n && !(onlySure && taint.guess) && sources.includes(taint.kind)) worst = better(worst, taint)
  return worst
}

function better(a: Taint | undefined, b: Taint | undefined): Taint | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return rank(b) > rank(a) ? b : a
}

function rank({ kind, guess }: Taint): number {
  if (kind === 'parameter') return guess ? 0 : 1
  return (foreign.has(kind) ? 4 : 2) + (guess ? 0 : 1)
}

function selected(places: readonly (number | string)[] | undefined, { positional, keywords, spread, receiver }: Arguments): Value[] {
  const spreads = spread === undefined ? [] : [spread]
  if (places === undefined) return [...positional, ...keywords.values(), ...spreads]
  const values = places.map((place) => {
    if (place === 'receiver') return receiver
    if (typeof place === 'number') return positional[place] ?? spread
    const dot = place.indexOf('.')
    return dot === -1 ? keywords.get(place) : fieldOf(positional[Number(place.slice(0, dot))] ?? spread, place.slice(dot + 1))
  })
  return values.filter((value) => value !== undefined)
}

/** The field, if the fields are known, with the taints of the whole object. */
function fieldOf(value: Value | undefined, name: string): Value | undefined {
  if (value === undefined || value.objects.length === 0) return value
  const held = value.objects.map(({ content }) => readField(content, name).value).filter((each) => each !== undefined)
  return joinAll(value.taints.length === 0 ? held : [...held, taintedValue(value.taints)])
}

/** In a call chain over several lines, the finding is at the called name. */
function placeOf(callee: Expression, { start, end }: Span): Span {
  return { start: callee.kind === 'member' && typeof callee.key === 'string' ? Math.max(start, callee.end - callee.key.length) : start, end }
}
