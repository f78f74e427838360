import { doubt, guardsOf, narrowAbsent, narrowAlternative, narrowBeginning, narrowByGuard, narrowCall } from './call-tests.ts'
import { clean, cleanOrigins, withDefinition } from './cleaning.ts'
import { isIndexTest, narrowIndexOf, narrowMember, narrowToOneOf } from './memberships.ts'
import { isPlace, peek, put } from './places.ts'
import type { Constant, Expression } from './program.ts'
import type { Run } from './run.ts'
import { findVariable, type Frame } from './scope.ts'
import { noTaints } from './taint.ts'
import { constantValue, deepTaints } from './values.ts'

type Of<K extends Expression['kind']> = Extract<Expression, { readonly kind: K }>

const equalities = new Set(['==', '===', 'is'])
const inequalities = new Set(['!=', '!==', 'is not'])
const harmlessTypes = new Set<Constant>(['number', 'boolean', 'bigint', 'undefined', 'function', 'symbol'])

/** Narrows the values of the variables in a test, given its outcome. */
export function narrow(run: Run, test: Expression, truth: boolean, frame: Frame): void {
  if (!run.budget.enter()) return
  narrowKind(run, test, truth, frame)
  run.budget.leave()
}

function narrowKind(run: Run, test: Expression, truth: boolean, frame: Frame): void {
  switch (test.kind) {
    case 'logical':
      if (test.operator === 'nullish') return
      if ((test.operator === 'and') !== truth) return narrowAlternatives(run, test, truth, frame)
      narrow(run, test.left, truth, frame)
      return narrow(run, test.right, truth, frame)
    case 'operation':
      return narrowOperation(run, test, truth, frame)
    case 'call':
      return narrowCall(run, test, truth, frame)
    case 'combine':
      if (test.of.length === 1 && test.of[0] !== undefined) narrow(run, test.of[0], truth, frame)
      return
    case 'assign':
      return narrow(run, test.value, truth, frame)
    case 'name':
      return narrowName(run, test, truth, frame)
    case 'member':
      if (truth) narrowFound(run, test, frame)
      else narrowEmpty(run, test, frame)
      return
  }
}

/** `x === 'a' || x === 'b'`, and the case where neither `x !== 'a'` nor `x !== 'b'` holds. */
function narrowAlternatives(run: Run, test: Of<'logical'>, truth: boolean, frame: Frame): void {
  const { place, values } = alternativesIn(test, test.operator, truth ? equalities : inequalities)
  if (place !== undefined) return narrowToOneOf(run, place, values, frame)
  for (const each of [test.left, test.right]) narrowAlternative(run, each, frame)
}

/** The variable that all alternatives compare, and the values that it is compared with; no place when they differ. */
function alternativesIn(test: Expression, operator: string, comparisons: ReadonlySet<string>): { readonly place: Of<'name'> | undefined; readonly values: readonly Expression[] } {
  if (test.kind === 'logical' && test.operator === operator) {
    const left = alternativesIn(test.left, operator, comparisons)
    const right = alternativesIn(test.right, operator, comparisons)
    return { place: left.place?.name === right.place?.name ? left.place : undefined, values: [...left.values, ...right.values] }
  }
  const [place, value] = test.kind === 'operation' && comparisons.has(test.operator) ? test.operands : []
  return { place: place?.kind === 'name' && value?.kind === 'literal' ? place : undefined, values: value === undefined ? [] : [value] }
}

/** `table[x]` exists, so x is one of the table's keys. */
function narrowFound(run: Run, { object, key }: Of<'member'>, frame: Frame): void {
  if (typeof key !== 'string' && key.kind !== 'literal') narrowMember(run, key, object, frame)
}

/** `urlparse(target).netloc` is empty. This is a proof for rules that list "netloc" among their guards. */
function narrowEmpty(run: Run, test: Of<'member'>, frame: Frame): void {
  if (typeof test.key === 'string') clean(run, test, guardsOf(run, test.key), frame)
}

function narrowName(run: Run, test: Of<'name'>, truth: boolean, frame: Frame): void {
  withDefinition(run, test.name, frame, (definition) => narrow(run, definition, truth, frame))
  const known = findVariable(frame, test.name)?.content
  if (known?.constants !== undefined) put(run, test, { ...known, constants: known.constants.filter((constant) => Boolean(constant) === truth) }, frame)
  // An empty text contains no data.
  else if (known !== undefined && !truth) put(run, test, { ...known, taints: noTaints }, frame)
}

function narrowOperation(run: Run, { operator, operands }: Of<'operation'>, truth: boolean, frame: Frame): void {
  const [left, right] = operands
  if (left === undefined) return
  if (right === undefined) {
    if (operator === '!' || operator === 'not') narrow(run, left, !truth, frame)
  } else if (equalities.has(operator) || inequalities.has(operator)) narrowEquality(run, left, right, equalities.has(operator) === truth, frame)
  else if (operator === 'in' || operator === 'not in') narrowIn(run, left, right, (operator === 'in') === truth, frame)
  else if (left.kind === 'call' && isIndexTest(operator, right, truth)) narrowIndexOf(run, left, frame)
}

function narrowIn(run: Run, left: Expression, right: Expression, isIn: boolean, frame: Frame): void {
  // folder in path.resolve().parents
  if (isIn && right.kind === 'member' && right.key === 'parents') clean(run, right, guardsOf(run, 'in'), frame)
  else if (isIn) narrowMember(run, left, right, frame)
  else narrowAbsent(run, left, right, frame)
}

function narrowEquality(run: Run, left: Expression, right: Expression, isEqual: boolean, frame: Frame): void {
  const narrowSide = isEqual ? narrowEqual : narrowDifferent
  narrowSide(run, left, right, frame)
  narrowSide(run, right, left, frame)
}

function narrowEqual(run: Run, place: Expression, other: Expression, frame: Frame): void {
  const { constants } = peek(run, other, frame)
  if (place.kind === 'call') {
    narrowByGuard(run, place, frame)
    if (constants?.length === 1 && constants[0] === 0) narrowBeginning(run, place, frame)
  }
  if (constants === undefined && isPlace(place) && isPlace(other)) return narrowToOther(run, place, other, frame)
  if (constants === undefined || constants.length === 0) return
  if (place.kind === 'operation') narrowType(run, place, constants, frame)
  else if (place.kind === 'call') {
    if (constants.every((constant) => constant === true)) narrow(run, place, true, frame)
  } else if (isPlace(place)) {
    const origin = peek(run, place, frame).taints[0]?.origin
    put(run, place, constantValue(...constants), frame)
    cleanOrigins(run, place, origin, undefined, frame, 0)
  } else if (place.kind === 'member') narrowEmpty(run, place, frame)
}

/** A value that equals another one is tainted no more than that one. */
function narrowToOther(run: Run, place: Expression, other: Expression, frame: Frame): void {
  const value = peek(run, other, frame)
  const taints = deepTaints(value)
  if (value.path === undefined || taints.some(({ guess }) => !guess)) return
  if (taints.length === 0) clean(run, place, undefined, frame)
  else doubt(run, place, frame)
}

function narrowType(run: Run, { operator, operands: [subject] }: Of<'operation'>, types: readonly Constant[], frame: Frame): void {
  if (operator !== 'typeof' || subject === undefined) return
  if (types.every((type) => harmlessTypes.has(type))) clean(run, subject, undefined, frame)
  else if (types.every((type) => type === 'string')) clean(run, subject, guardsOf(run, 'typeof'), frame)
}

function narrowDifferent(run: Run, place: Expression, other: Expression, frame: Frame): void {
  const { constants = [] } = peek(run, other, frame)
  const [constant] = constants
  if (constants.length !== 1) return
  if (place.kind === 'call') {
    if (constant === -1) narrowIndexOf(run, place, frame)
    else if (constant == null || constant === false) narrow(run, place, true, frame)
  } else if (place.kind === 'member' && !isPlace(place)) {
    if (constant == null) narrowFound(run, place, frame)
  } else if (isPlace(place)) {
    const known = peek(run, place, frame)
    if (known.constants !== undefined) put(run, place, { ...known, constants: known.constants.filter((each) => each !== constant) }, frame)
  }
}
