import { replace } from './assignments.ts'
import { provesPattern } from './regular-expressions.ts'
import { elementOf } from './objects.ts'
import type { Argument, Constant, Expression } from './program.ts'
import type { Run } from './run.ts'
import { bindVariable, findVariable, type Frame } from './scope.ts'
import { cleanTaints, noTaints, type Origin } from './taint.ts'
import { constantValue, deepTaints, pathValue, unknown, type Value } from './values.ts'
import type { Path } from './world.ts'

type Of<K extends Expression['kind']> = Extract<Expression, { readonly kind: K }>

const equalities = new Set(['==', '===', 'is'])
const inequalities = new Set(['!=', '!==', 'is not'])
const harmlessTypes = new Set<Constant>(['number', 'boolean', 'bigint', 'undefined', 'function', 'symbol'])
const memberships = new Set(['includes', 'has', 'contains', 'hasOwnProperty', 'hasOwn', 'exists'])
const numericTests = new Set(['isdigit', 'isnumeric', 'isdecimal', 'isalnum', 'isalpha', 'isidentifier', 'isInteger', 'isSafeInteger', 'isFinite', 'isUUID', 'isAlphanumeric', 'isInt', 'isNumeric'])
const validator = /^(?:is|are)?_?(?:valid|safe|allowed|permitted|trusted|whitelisted)(?:$|_|[A-Z])|^(?:is|are)_?(?:Valid|Safe|Allowed|Permitted|Trusted|Whitelisted)/

/** Notes what a test proves of the variables in it, when it is known to hold or not to. */
export function narrow(run: Run, test: Expression, truth: boolean, frame: Frame): void {
  if (!run.budget.enter()) return
  narrowKind(run, test, truth, frame)
  run.budget.leave()
}

function narrowKind(run: Run, test: Expression, truth: boolean, frame: Frame): void {
  switch (test.kind) {
    case 'logical':
      if ((test.operator === 'and') !== truth || test.operator === 'nullish') return
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
    case 'name': {
      withDefinition(run, test.name, frame, (definition) => narrow(run, definition, truth, frame))
      const known = findVariable(frame, test.name)?.content
      if (known?.constants !== undefined) put(run, test, { ...known, constants: known.constants.filter((constant) => Boolean(constant) === truth) }, frame)
    }
  }
}

/** Does something with what a variable was last given, which may name the variable itself: `x = x || y`. */
function withDefinition(run: Run, name: string, frame: Frame, work: (definition: Expression) => void): void {
  const told = run.tests.get(name)
  if (told?.frame !== frame) return
  run.tests.delete(name)
  work(told.test)
  run.tests.set(name, told)
}

function narrowOperation(run: Run, { operator, operands }: Of<'operation'>, truth: boolean, frame: Frame): void {
  const [left, right] = operands
  if (left === undefined) return
  if (right === undefined) return operator === '!' || operator === 'not' ? narrow(run, left, !truth, frame) : undefined
  if (equalities.has(operator)) return truth ? narrowEqual(run, left, right, frame) : narrowDifferent(run, left, right, frame)
  if (inequalities.has(operator)) return truth ? narrowDifferent(run, left, right, frame) : narrowEqual(run, left, right, frame)
  if (operator === 'in' || operator === 'not in') return (operator === 'in') === truth ? narrowMember(run, left, right, frame) : narrowAbsent(run, left, right, frame)
  if (left.kind === 'call' && isIndexTest(operator, right, truth)) narrowIndexOf(run, left, frame)
}

function narrowEqual(run: Run, left: Expression, right: Expression, frame: Frame): void {
  for (const [place, other] of [[left, right], [right, left]] as const) {
    const { constants } = peek(run, other, frame)
    if (place.kind === 'call') narrowByGuard(run, place, frame)
    if (constants === undefined || constants.length === 0) continue
    if (place.kind === 'operation' && place.operator === 'typeof' && place.operands[0] !== undefined) {
      if (constants.every((constant) => harmlessTypes.has(constant))) clean(run, place.operands[0], undefined, frame)
      else if (constants.every((constant) => constant === 'string')) clean(run, place.operands[0], guardsOf(run, 'typeof'), frame)
    } else if (place.kind === 'call' && constants.every((constant) => constant === true)) narrow(run, place, true, frame)
    else if (isPlace(place)) put(run, place, { ...constantValue(...constants), path: undefined }, frame)
  }
}

function narrowDifferent(run: Run, left: Expression, right: Expression, frame: Frame): void {
  for (const [place, other] of [[left, right], [right, left]] as const) {
    const { constants } = peek(run, other, frame)
    if (constants?.length !== 1) continue
    if (place.kind === 'call') {
      if (constants[0] === -1) narrowIndexOf(run, place, frame)
      else if (constants[0] == null || constants[0] === false) narrow(run, place, true, frame)
    } else if (isPlace(place)) {
      const known = peek(run, place, frame)
      if (known.constants !== undefined) put(run, place, { ...known, constants: known.constants.filter((constant) => constant !== constants[0]) }, frame)
    }
  }
}

/** `list.indexOf(x)` that is not -1. */
function isIndexTest(operator: string, right: Expression, truth: boolean): boolean {
  const bound = right.kind === 'literal' ? right.value : right.kind === 'operation' && right.operator === '-' ? -1 : undefined
  if (truth) return (operator === '>' && bound === -1) || (operator === '>=' && bound === 0)
  return (operator === '<' && bound === 0) || (operator === '<=' && bound === -1)
}

function narrowIndexOf(run: Run, { callee, args }: Of<'call'>, frame: Frame): void {
  if (callee.kind === 'member' && callee.key === 'indexOf' && args[0] !== undefined) narrowMember(run, args[0].value, callee.object, frame)
}

/** A case was taken: the subject is one of what the case names. */
export function narrowToOneOf(run: Run, place: Expression, tests: readonly Expression[], frame: Frame): void {
  const constants = tests.map((test) => peek(run, test, frame).constants)
  if (isPlace(place) && constants.every((each) => each !== undefined)) put(run, place, constantValue(...new Set(constants.flat())), frame)
}

/** It is one of those. */
function narrowMember(run: Run, element: Expression, container: Expression, frame: Frame): void {
  const held = peek(run, container, frame)
  if (deepTaints(held).some(({ guess }) => !guess)) return
  const elements = held.objects.map(({ content }) => (content.items === undefined && content.fields.size > 0 ? constantValue(...content.fields.keys()) : elementOf(content)))
  const constants = elements.length === 1 && held.objects[0]?.content.closed === true ? elements[0]?.constants : undefined
  if (constants !== undefined && isPlace(element)) {
    const origin = deepTaints(peek(run, element, frame))[0]?.origin
    put(run, element, constantValue(...constants), frame)
    cleanOrigins(run, element, origin, undefined, frame, 0)
  } else if (held.constants === undefined) clean(run, element, undefined, frame)
}

function narrowCall(run: Run, call: Of<'call'>, truth: boolean, frame: Frame): void {
  const { callee, args } = call
  const name = callee.kind === 'member' && typeof callee.key === 'string' ? callee.key : callee.kind === 'name' ? callee.name : ''
  if (!truth) {
    if (name === 'isNaN') cleanAll(run, args, undefined, frame)
    if (name === 'includes' && callee.kind === 'member' && args[0] !== undefined) narrowAbsent(run, args[0].value, callee.object, frame)
    narrowInside(run, call, false, frame)
    return
  }
  const receiver = callee.kind === 'member' ? callee.object : undefined
  const [first, second] = args
  if (memberships.has(name) && first !== undefined && receiver !== undefined) return narrowMember(run, (name === 'hasOwn' ? second : first)?.value ?? first.value, name === 'hasOwn' ? first.value : receiver, frame)
  if (name === 'isinstance') return narrowInstance(run, args, frame)
  if (numericTests.has(name)) return cleanAll(run, receiver === undefined ? args : [...args, { value: receiver }], undefined, frame)
  narrowByGuard(run, call, frame)
  if (provesPattern(name, receiver === undefined ? undefined : peek(run, receiver, frame), first === undefined ? undefined : peek(run, first.value, frame))) {
    return cleanAll(run, receiver === undefined ? args : [...args, { value: receiver }], undefined, frame)
  }
  if (narrowInside(run, call, true, frame)) return
  if (validator.test(name)) cleanAll(run, args, undefined, frame)
}

/** The rules that trust a test of the language itself: "in", "typeof", "isinstance". */
function guardsOf({ world }: Run, name: string): bigint {
  return world.factsOf(world.child(undefined, name)).guards
}

/** A rule's guard holds, or equals what it should. */
function narrowByGuard(run: Run, { callee, args }: Of<'call'>, frame: Frame): void {
  const { guards } = run.world.factsOf(pathOf(run, callee, frame))
  if (guards !== 0n) cleanAll(run, callee.kind === 'member' ? [...args, { value: callee.object }] : args, guards, frame)
}

/** A text does not hold ".." or "/": a proof for rules that list "in" among their guards. */
function narrowAbsent(run: Run, part: Expression, text: Expression, frame: Frame): void {
  const { constants } = peek(run, part, frame)
  const guards = guardsOf(run, 'in')
  if (guards !== 0n && constants?.length === 1 && typeof constants[0] === 'string' && /\.\.|[/\\]/.test(constants[0])) clean(run, text, guards, frame)
}

function narrowInstance(run: Run, [subject, type]: readonly Argument[], frame: Frame): void {
  if (subject === undefined || type === undefined) return
  const types = type.value.kind === 'list' ? type.value.items.map(({ value }) => value) : [type.value]
  if (types.every((each) => each.kind === 'name' && /^(?:int|float|bool|complex|UUID|datetime|date|Decimal)$/.test(each.name))) clean(run, subject.value, undefined, frame)
  else if (types.every((each) => each.kind === 'name' && each.name === 'str')) clean(run, subject.value, guardsOf(run, 'isinstance'), frame)
}

/** A function of the program that is nothing but one expression proves what that proves. Answers whether there is such a function. */
function narrowInside(run: Run, { callee, args }: Of<'call'>, truth: boolean, frame: Frame): boolean {
  const [callable] = callee.kind === 'name' ? (findVariable(frame, callee.name)?.content?.callables ?? []) : []
  if (callable?.kind !== 'function') return false
  const last = callable.node.body.at(-1)
  if (callable.node.body.length !== 1 || last?.kind !== 'return' || last.value === undefined) return true
  const inner: Frame = { ...frame, node: callable.node, parent: callable.scope, locals: callable.node.locals, variables: new Map() }
  const bound = callable.node.parameters.map(({ target }, index) => {
    const place = args[index]?.value
    if (target.kind !== 'name' || place === undefined || !isPlace(place)) return undefined
    const variable = bindVariable(inner, target.name)
    variable.content = peek(run, place, frame)
    return { place, variable, before: variable.content }
  })
  narrow(run, last.value, truth, inner)
  for (const each of bound) if (each?.variable.content !== undefined && each.variable.content !== each.before) put(run, each.place, each.variable.content, frame)
  return true
}

function cleanAll(run: Run, args: readonly Argument[], mask: bigint | undefined, frame: Frame): void {
  for (const { value } of args) clean(run, value, mask, frame)
}

/** Whatever flows into the expression is harmless from here on, for the rules of the mask or for all. */
function clean(run: Run, expression: Expression, mask: bigint | undefined, frame: Frame, depth = 0): void {
  if (depth > 6 || mask === 0n) return
  if (isPlace(expression)) {
    const value = peek(run, expression, frame)
    if (deepTaints(value).length === 0) return
    const origin = value.taints[0]?.origin
    put(run, expression, mask === undefined ? { ...value, taints: noTaints, objects: [], path: undefined } : { ...value, taints: cleanTaints(deepTaints(value), mask), objects: [] }, frame)
    cleanOrigins(run, expression, origin, mask, frame, depth)
    return
  }
  for (const part of partsOf(expression)) clean(run, part, mask, frame, depth + 1)
}

/** What a variable was made of is as harmless as the variable: `host = urlparse(u).hostname`. */
function cleanOrigins(run: Run, place: Expression, origin: Origin | undefined, mask: bigint | undefined, frame: Frame, depth: number): void {
  const cleanParts = (parts: readonly Expression[]): void => {
    for (const part of parts) cleanOrigin(run, part, origin, mask, frame, depth)
  }
  if (place.kind === 'name') withDefinition(run, place.name, frame, (made) => cleanParts(isPlace(made) ? [made] : partsOf(made)))
  else cleanParts(partsOf(place))
}

function cleanOrigin(run: Run, part: Expression, origin: Origin | undefined, mask: bigint | undefined, frame: Frame, depth: number): void {
  if (origin === undefined) return
  if (!isPlace(part) || peek(run, part, frame).taints.some((taint) => taint.origin.start === origin.start || taint.origin.expression === origin.expression)) clean(run, part, mask, frame, depth + 1)
}

// What is known of the result is known of what went in: of a file's extension it would not be.
const wholes = /^(?:realpath|abspath|resolve|normpath|normalize|join|real[pP]athSync|realpathSync|trim|strip|lower|upper|toLowerCase|toUpperCase|casefold|toString|String|str|unquote|decodeURIComponent|decodeURI|decode|parse|urlparse|urlsplit|URL|Path|PurePath|expanduser|expandvars|fsdecode|relative|relpath|commonpath|is_relative_to|dirname)$/
const hosts = new Set(['hostname', 'host', 'netloc', 'origin', 'href', 'parent', 'parents', 'pathname'])

function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'call': {
      const { callee, args } = expression
      const name = callee.kind === 'member' ? callee.key : callee.kind === 'name' ? callee.name : ''
      if (typeof name !== 'string' || !wholes.test(name)) return []
      return [...args.map(({ value }) => value), ...(callee.kind === 'member' ? [callee.object] : [])]
    }
    case 'member':
      return typeof expression.key === 'string' && hosts.has(expression.key) ? [expression.object] : []
    case 'concat':
      return expression.parts
    case 'list':
      return expression.items.map(({ value }) => value)
    case 'combine':
      return expression.of
    case 'operation':
      return expression.operands
    case 'logical':
      return [expression.left, expression.right]
    case 'assign':
      return expression.target.kind === 'name' ? [{ ...expression.target }] : [expression.value]
    default:
      return []
  }
}

function isPlace(expression: Expression): boolean {
  if (expression.kind === 'name') return true
  return expression.kind === 'member' && (typeof expression.key === 'string' || expression.key.kind === 'literal') && isPlace(expression.object)
}

function put(run: Run, place: Expression, value: Value, frame: Frame): void {
  const named = place.kind === 'member' && typeof place.key !== 'string' && place.key.kind === 'literal' ? { ...place, key: String(place.key.value) } : place
  replace(run, named, value, frame)
}

/** The value of what can be looked at without doing anything; of a call only its path. */
function peek(run: Run, expression: Expression, frame: Frame): Value {
  if (expression.kind === 'call') {
    const name = expression.callee.kind === 'member' ? expression.callee.key : undefined
    if (name === 'keys' || name === 'values' || name === 'compile' || (expression.callee.kind === 'name' && /^(?:RegExp|set|frozenset|Set|list|tuple)$/.test(expression.callee.name))) return run.evaluate(expression, frame)
    return pathValue(pathOf(run, expression, frame))
  }
  const isPure = isPlace(expression) || expression.kind === 'literal' || expression.kind === 'list' || expression.kind === 'record' || (expression.kind === 'operation' && expression.operands.every(({ kind }) => kind === 'literal'))
  return isPure ? run.evaluate(expression, frame) : unknown
}

function pathOf(run: Run, expression: Expression, frame: Frame): Path {
  const { world } = run
  if (expression.kind === 'name') {
    const variable = findVariable(frame, expression.name)
    return variable === undefined ? world.child(undefined, expression.name) : (variable.content?.path ?? world.unknown)
  }
  if (expression.kind === 'member') return world.child(pathOf(run, expression.object, frame), typeof expression.key === 'string' ? expression.key : '[]')
  if (expression.kind === 'call') return world.child(pathOf(run, expression.callee, frame), '()')
  return world.unknown
}
