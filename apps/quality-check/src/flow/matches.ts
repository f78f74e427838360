import { foldOperation } from './constants.ts'
import { narrowToOneOf } from './memberships.ts'
import type { Expression, MatchCase, Statement } from './program.ts'
import type { Run } from './run.ts'
import type { Frame, Jump } from './scope.ts'
import type { Changes } from './store.ts'
import { joinAll, type Value } from './values.ts'

type Match = Extract<Statement, { readonly kind: 'match' }>

/** Runs the cases that may be taken: only one, if the subject and the compared values are constants. */
export function runMatch(run: Run, match: Match, frame: Frame): boolean {
  const subject = run.evaluate(match.subject, frame)
  const ends: Changes[] = []
  const mark = run.store.begin()
  const jump: Jump = { mark, breaks: [], continues: [], takesBreak: run.language === 'javascript', takesContinue: false }
  frame.jumps.push(jump)
  const exhausted = runCases(run, match, subject, frame, ends)
  frame.jumps.pop()
  run.store.undo(mark)
  if (!exhausted) ends.push(new Map())
  ends.push(...jump.breaks)
  run.store.merge(ends)
  return ends.length > 0
}

/** Returns whether one of the cases is certainly taken. */
function runCases(run: Run, { subject: place, cases }: Match, subject: Value, frame: Frame, ends: Changes[]): boolean {
  const held = cases.map((each) => holds(run, each, subject, frame))
  const isDecided = held.includes(true)
  let falling: Changes | undefined
  let isTaken = false
  for (const [index, each] of cases.entries()) {
    // A default that is not last is taken only if no other case is.
    const enters = !isTaken && held[index] !== false && !(isDecided && isDefault(each))
    const end = runCase(run, each, enters ? () => enter(run, place, each, subject, frame) : undefined, falling, frame)
    falling = each.fallsThrough && index < cases.length - 1 ? end : undefined
    if (end !== undefined && falling === undefined) ends.push(end)
    isTaken ||= held[index] === true
  }
  return isTaken || cases.some(isDefault)
}

/** Runs a case that is entered by its test, by falling through, or both. Returns its changes if its end can be reached. */
function runCase(run: Run, { body }: MatchCase, enterIt: (() => void) | undefined, falling: Changes | undefined, frame: Frame): Changes | undefined {
  if (enterIt === undefined && falling === undefined) return undefined
  const mark = run.store.begin()
  run.store.merge([...(enterIt === undefined ? [] : [new Map()]), ...(falling === undefined ? [] : [falling])])
  enterIt?.()
  const goesOn = run.execute(body, frame)
  const changes = run.store.undo(mark)
  return goesOn ? changes : undefined
}

function isDefault({ tests, guard }: MatchCase): boolean {
  return tests.length === 0 && guard === undefined
}

/** Whether a case is taken; undefined when unknown. */
function holds(run: Run, { tests, guard }: MatchCase, subject: Value, frame: Frame): boolean | undefined {
  if (tests.length === 0) return undefined
  const results = tests.map((test) => equality(run, test, subject, frame))
  if (results.some((result) => result === true)) return guard === undefined ? true : undefined
  return results.every((result) => result === false) ? false : undefined
}

function equality(run: Run, test: Expression, subject: Value, frame: Frame): boolean | undefined {
  const { constants } = run.evaluate(test, frame)
  const results = foldOperation('===', [subject.constants, constants], run.language === 'python')
  const [result] = results ?? []
  return results?.length === 1 && typeof result === 'boolean' ? result : undefined
}

/** The subject's value in a case that names constants. */
function constantOf(run: Run, tests: readonly Expression[], frame: Frame): Value | undefined {
  const values = tests.map((test) => run.evaluate(test, frame))
  return values.length > 0 && values.every(({ constants }) => constants !== undefined) ? joinAll(values) : undefined
}

function enter(run: Run, place: Expression, { tests, binding, guard }: MatchCase, subject: Value, frame: Frame): void {
  if (tests.length > 0) narrowToOneOf(run, place, tests, frame)
  if (binding !== undefined) run.assign(binding, constantOf(run, tests, frame) ?? subject, frame)
  if (guard === undefined) return
  run.evaluate(guard, frame)
  run.narrow(guard, true, frame)
}
