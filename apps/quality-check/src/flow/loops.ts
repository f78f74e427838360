import { readMember } from './members.ts'
import { elementOfValue } from './objects.ts'
import type { Statement } from './program.ts'
import type { Run } from './run.ts'
import type { Frame, Jump } from './scope.ts'
import { nextSlotId, type Changes } from './store.ts'
import { constantValue, taintedValue, truthOf, unknown, type Value } from './values.ts'

type Loop = Extract<Statement, { readonly kind: 'loop' }>

// The member that a loop reads from a stream, such as the body of a request.
const piece = '<piece>'
const maxRounds = 3
const unchanged: Changes = new Map()

/** Runs a loop until the state no longer changes, at most three times. */
export function runLoop(run: Run, loop: Loop, frame: Frame): boolean {
  const over = loop.each === undefined ? undefined : run.evaluate(loop.each.of, frame)
  if (over !== undefined && isEmpty(over)) return true
  const leaves: Changes[] = []
  const start = run.store.begin()
  let alive = true
  for (let round = 0; round < maxRounds; round++) {
    const newest = nextSlotId()
    const { breaks, end, skipped } = runRound(run, loop, over, frame, start)
    leaves.push(...breaks)
    alive = skipped
    if (end.length === 0) break
    const changed = run.store.merge([unchanged, ...end], round > 0, newest)
    if (!changed) break
  }
  const last = run.store.undo(start)
  const exits = alive ? [last, ...leaves] : leaves
  run.store.merge(exits)
  return exits.length > 0
}

function isEmpty({ objects, taints }: Value): boolean {
  const [only] = objects
  return objects.length === 1 && taints.length === 0 && only?.content.items?.length === 0 && only.content.rest === undefined
}

interface Round {
  /** The states at each break, relative to the start of the loop. */
  readonly breaks: readonly Changes[]
  /** The states at the start of the next iteration, relative to the start of this one. */
  readonly end: readonly Changes[]
  /** Whether the loop may end before this iteration. */
  readonly skipped: boolean
}

function runRound(run: Run, loop: Loop, over: Value | undefined, frame: Frame, start: number): Round {
  const tested = loop.test === undefined ? undefined : run.evaluate(loop.test, frame)
  const truth = tested === undefined ? undefined : truthOf(tested)
  if (truth === false) return { breaks: [], end: [], skipped: true }
  const mark = run.store.begin()
  const inner: Jump = { mark, breaks: [], continues: [], takesBreak: true, takesContinue: true }
  frame.jumps.push(inner)
  if (loop.test !== undefined) run.narrow(loop.test, true, frame)
  if (loop.each !== undefined) run.assign(loop.each.target, taken(run, loop.each, over ?? unknown), frame)
  const ended = run.execute(loop.body, frame)
  frame.jumps.pop()
  const breaks = inner.breaks.map((changes) => addedTo(run, start, mark, changes))
  const last = run.store.undo(mark)
  return { breaks, end: ended ? [last, ...inner.continues] : inner.continues, skipped: truth !== true || loop.each !== undefined }
}

/** Converts changes since the start of the iteration to changes since the start of the loop. */
function addedTo(run: Run, start: number, mark: number, changes: Changes): Changes {
  return new Map([...run.store.changesBetween(start, mark), ...changes])
}

function taken(run: Run, { of, target, takes }: NonNullable<Loop['each']>, over: Value): Value {
  if (takes === 'values') {
    if (over.objects.length > 0 || over.path === undefined) return elementOfValue(over)
    return readMember(run, over, run.world.factsOf(run.world.child(over.path, piece)).sources.length > 0 ? piece : '[]', { kind: 'member', object: of, key: { kind: 'name', name: '…', start: target.start, end: target.end }, start: of.start, end: of.end }, of)
  }
  const keys = over.objects.length === 1 && over.objects[0]?.content.closed === true ? [...over.objects[0].content.fields.keys()] : []
  return keys.length > 0 && keys.length <= 8 ? constantValue(...keys) : taintedValue(over.taints)
}
