import { foldOperation } from './constants.ts'
import { narrow, narrowToOneOf } from './narrowing.ts'
import type { Expression, MatchCase, Statement } from './program.ts'
import type { Run } from './run.ts'
import type { Frame, Jump } from './scope.ts'
import type { Changes } from './store.ts'
import type { Value } from './values.ts'

type Match = Extract<Statement, { readonly kind: 'match' }>

/** Runs the cases that may be taken: one, where the subject and what it is compared with are constants. */
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

/** Answers whether some case is taken for sure. */
function runCases(run: Run, match: Match, subject: Value, frame: Frame, ends: Changes[]): boolean {
  let falling: Changes | undefined
  let exhausted = false
  const ordered = [...match.cases.entries()]
  // A default that is not the last is taken only if no case is.
  const decided = ordered.findIndex(([, each]) => holds(run, each, subject, frame) === true)
  for (const [index, each] of ordered) {
    const held = isDefault(each) && decided !== -1 && decided !== index ? false : holds(run, each, subject, frame)
    if (exhausted && falling === undefined) break
    const enters = !exhausted && held !== false
    if (!enters && falling === undefined) continue
    const mark = run.store.begin()
    run.store.merge([...(enters ? [new Map()] : []), ...(falling === undefined ? [] : [falling])])
    falling = undefined
    if (enters) enter(run, match.subject, each, subject, frame)
    const goesOn = run.execute(each.body, frame)
    const changes = run.store.undo(mark)
    if (goesOn && each.fallsThrough && index < match.cases.length - 1) falling = changes
    else if (goesOn) ends.push(changes)
    if (held === true) exhausted = true
  }
  return exhausted || ordered.some(([, each]) => isDefault(each) && each.guard === undefined)
}

function isDefault({ tests, guard }: MatchCase): boolean {
  return tests.length === 0 && guard === undefined
}

/** Whether a case is taken: undefined when that is not known. */
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

function enter(run: Run, place: Expression, { tests, binding, guard }: MatchCase, subject: Value, frame: Frame): void {
  if (tests.length > 0) narrowToOneOf(run, place, tests, frame)
  if (binding !== undefined) run.assign(binding, subject, frame)
  if (guard === undefined) return
  run.evaluate(guard, frame)
  narrow(run, guard, true, frame)
}
