import { narrow } from './narrowing.ts'
import type { Expression } from './program.ts'
import type { Run } from './run.ts'
import type { Frame } from './scope.ts'
import type { Changes } from './store.ts'
import { joinValues, truthOf, unknown, type Value } from './values.ts'

/** Runs what happens if a test holds and if not, only one of them when it is known which. Answers with what each gave. */
export function branch<T>(run: Run, test: Expression, tested: Value, frame: Frame, then: () => T, otherwise: () => T): { readonly then: T | undefined; readonly otherwise: T | undefined; readonly changes: { then: Changes; otherwise: Changes } | undefined } {
  const truth = truthOf(tested)
  if (truth === true) return { then: then(), otherwise: undefined, changes: undefined }
  if (truth === false) return { then: undefined, otherwise: otherwise(), changes: undefined }
  const first = run.store.begin()
  narrow(run, test, true, frame)
  const thenResult = then()
  const thenChanges = run.store.undo(first)
  const second = run.store.begin()
  narrow(run, test, false, frame)
  const otherwiseResult = otherwise()
  const otherwiseChanges = run.store.undo(second)
  return { then: thenResult, otherwise: otherwiseResult, changes: { then: thenChanges, otherwise: otherwiseChanges } }
}

function branchValues(run: Run, test: Expression, frame: Frame, then: (tested: Value) => Value, otherwise: (tested: Value) => Value): Value {
  const tested = run.evaluate(test, frame)
  const results = branch(run, test, tested, frame, () => then(tested), () => otherwise(tested))
  if (results.changes !== undefined) run.store.merge([results.changes.then, results.changes.otherwise])
  if (results.then === undefined || results.otherwise === undefined) return results.then ?? results.otherwise ?? unknown
  return joinValues(results.then, results.otherwise)
}

export function evaluateChoice(run: Run, { test, then, otherwise }: Extract<Expression, { readonly kind: 'choice' }>, frame: Frame): Value {
  return branchValues(run, test, frame, () => run.evaluate(then, frame), () => run.evaluate(otherwise, frame))
}

export function evaluateLogical(run: Run, { operator, left, right }: Extract<Expression, { readonly kind: 'logical' }>, frame: Frame): Value {
  if (operator === 'nullish') return evaluateNullish(run, left, right, frame)
  const further = (): Value => run.evaluate(right, frame)
  if (operator === 'and') return branchValues(run, left, frame, further, (tested) => falsyPart(tested))
  return branchValues(run, left, frame, (tested) => truthyPart(tested), further)
}

function evaluateNullish(run: Run, left: Expression, right: Expression, frame: Frame): Value {
  const tested = run.evaluate(left, frame)
  const { constants } = tested
  const isMissing = (constant: unknown): boolean => constant === undefined || constant === null
  if (constants !== undefined && tested.objects.length === 0 && constants.length > 0) {
    if (constants.every(isMissing)) return run.evaluate(right, frame)
    if (!constants.some(isMissing)) return tested
  }
  const mark = run.store.begin()
  const value = run.evaluate(right, frame)
  run.store.merge([run.store.undo(mark), new Map()])
  return joinValues(constants === undefined ? tested : { ...tested, constants: constants.filter((constant) => !isMissing(constant)) }, value)
}

function truthyPart(value: Value): Value {
  return value.constants === undefined ? value : { ...value, constants: value.constants.filter(Boolean) }
}

/** What does not hold carries nothing of use: null, false, "". */
function falsyPart(value: Value): Value {
  if (value.constants !== undefined) return { ...value, constants: value.constants.filter((constant) => !constant) }
  return unknown
}
