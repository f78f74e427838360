import type { Expression } from './program.ts'
import type { Run } from './run.ts'
import type { Frame } from './scope.ts'
import type { Changes } from './store.ts'
import { joinValues, truthOf, unknown, type Value } from './values.ts'

interface Branches<T> {
  /** The result of the branch where the test is true; undefined when it never is. */
  readonly holds: T | undefined
  readonly fails: T | undefined
  /** The changes of both branches, if both are possible. Neither is applied yet. */
  readonly changes: { readonly holds: Changes; readonly fails: Changes } | undefined
}

/** Runs the branches of a test, only one of them when its outcome is known, and returns their results. */
export function branch<T>(run: Run, test: Expression, tested: Value, frame: Frame, then: () => T, otherwise: () => T): Branches<T> {
  const truth = truthOf(tested)
  if (truth === true) return { holds: then(), fails: undefined, changes: undefined }
  if (truth === false) return { holds: undefined, fails: otherwise(), changes: undefined }
  run.conditions.push(test)
  const first = run.store.begin()
  run.narrow(test, true, frame)
  const thenResult = then()
  const thenChanges = run.store.undo(first)
  const second = run.store.begin()
  run.narrow(test, false, frame)
  const otherwiseResult = otherwise()
  const otherwiseChanges = run.store.undo(second)
  run.conditions.pop()
  return { holds: thenResult, fails: otherwiseResult, changes: { holds: thenChanges, fails: otherwiseChanges } }
}

/** Whether the current statement runs only under a condition with such a name: `if (options.insecure)`. */
export function isAskedFor(run: Run, name: RegExp): boolean {
  return run.conditions.some((test) => names(test, name))
}

function names(test: Expression, name: RegExp): boolean {
  switch (test.kind) {
    case 'name':
      return name.test(test.name)
    case 'member':
      return typeof test.key === 'string' && name.test(test.key)
    case 'operation':
      return test.operands.some((operand) => names(operand, name))
    case 'call':
      return names(test.callee, name) || test.args.some(({ value }) => value.kind === 'literal' && typeof value.value === 'string' && name.test(value.value))
    case 'logical':
      return names(test.left, name) || names(test.right, name)
    default:
      return false
  }
}

function branchValues(run: Run, test: Expression, frame: Frame, then: (tested: Value) => Value, otherwise: (tested: Value) => Value): Value {
  const tested = run.evaluate(test, frame)
  const results = branch(run, test, tested, frame, () => then(tested), () => otherwise(tested))
  if (results.changes !== undefined) run.store.merge([results.changes.holds, results.changes.fails])
  if (results.holds === undefined || results.fails === undefined) return results.holds ?? results.fails ?? unknown
  return joinValues(results.holds, results.fails)
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

/** A falsy value, such as null, false or "", carries no data. */
function falsyPart(value: Value): Value {
  if (value.constants !== undefined) return { ...value, constants: value.constants.filter((constant) => !constant) }
  return unknown
}
