import { checkName } from './assignments.ts'
import { evaluateCall } from './calls.ts'
import { makeClass } from './classes.ts'
import { evaluateChoice, evaluateLogical } from './conditions.ts'
import { foldOperation, foldText } from './constants.ts'
import { readMember } from './members.ts'
import { elementOfValue, joinOptional, makeList, makeRecord } from './objects.ts'
import type { Expression, ListItem, RecordEntry } from './program.ts'
import type { Run } from './run.ts'
import { findVariable, type Frame } from './scope.ts'
import { taintsOfPath } from './sources.ts'
import { noTaints, randomTaints, uniteTaints, type Taints } from './taint.ts'
import { callableValue, constantValue, deepTaints, leads, joinAll, joinValues, nothing, objectValue, onlyConstant, pathValue, prefixOf, taintedValue, unknown, withTaints, type Value } from './values.ts'

type Of<K extends Expression['kind']> = Extract<Expression, { readonly kind: K }>

/** Evaluates an expression with its side effects, and returns its abstract value. */
export function evaluate(run: Run, expression: Expression, frame: Frame): Value {
  if (!run.budget.enter()) return unknown
  const value = evaluateKind(run, expression, frame)
  run.budget.leave()
  return value
}

function evaluateKind(run: Run, expression: Expression, frame: Frame): Value {
  switch (expression.kind) {
    case 'literal':
      return constantValue(expression.value)
    case 'name':
      return readName(run, expression, frame)
    case 'member':
      return readMember(run, run.evaluate(expression.object, frame), typeof expression.key === 'string' ? expression.key : run.evaluate(expression.key, frame), expression, expression.object)
    case 'call':
      return evaluateCall(run, expression, frame)
    case 'concat':
      return putTogether(expression.parts.map((part) => run.evaluate(part, frame)))
    case 'operation':
      return evaluateOperation(run, expression, frame)
    case 'logical':
      return evaluateLogical(run, expression, frame)
    case 'choice':
      return evaluateChoice(run, expression, frame)
    case 'record':
      return makeRecordValue(run, expression.entries, frame)
    case 'list':
      return makeListValue(run, expression.items, frame)
    case 'function':
      return makeFunction(run, expression, frame)
    case 'class':
      return callableValue({ kind: 'class', class: makeClass(run, expression.class, frame) })
    case 'assign':
      return evaluateAssignment(run, expression, frame)
    case 'combine':
      return combine(expression.of.map((part) => run.evaluate(part, frame)))
    case 'opaque':
      for (const part of expression.of) run.evaluate(part, frame)
      return unknown
    default:
      return run.execute(expression.body, frame) ? run.evaluate(expression.value, frame) : unknown
  }
}

function readName(run: Run, expression: Of<'name'>, frame: Frame): Value {
  const { name } = expression
  const variable = findVariable(frame, name)
  if (variable !== undefined) return variable.content === undefined ? unknown : withOwnTaints(run, variable.content, expression)
  if (name === 'undefined') return nothing
  const path = name.includes('.') ? run.world.pathOf(name) : run.world.child(undefined, name)
  return pathValue(path, taintsOfPath(run, path, expression))
}

/** An imported name may be a source itself: `from flask import request`. */
function withOwnTaints(run: Run, value: Value, at: Expression): Value {
  return value.path === undefined || value.taints.length > 0 || run.world.factsOf(value.path).sources.length === 0 ? value : withTaints(value, taintsOfPath(run, value.path, at))
}

/** Concatenates text. */
function putTogether(values: readonly Value[]): Value {
  const constants = foldText(values.map((value) => (value.objects.length > 0 ? undefined : value.constants)))
  const taints = values.reduce((all, value) => uniteTaints(all, deepTaints(value)), noTaints)
  if (constants !== undefined) return { ...constantValue(...constants), taints }
  const text = taintedValue(taints, values.length > 1 || values.some(({ built }) => built), leadingText(values))
  return isLed(values) ? { ...text, led: true } : text
}

/** Whether the text begins with something that is not untrusted data. A parameter of an exported function in front of a request's data counts as such. */
function isLed([first, ...others]: readonly Value[]): boolean {
  const isBeforeSent = others.some(({ taints }) => taints.some(({ kind }) => kind === 'request'))
  return first !== undefined && leads(isBeforeSent ? { ...first, taints: first.taints.filter(({ kind }) => kind !== 'parameter') } : first)
}

/** The constants with which a text begins. */
function leadingText(values: readonly Value[]): string | undefined {
  let text = ''
  for (const value of values) {
    const { constants } = value
    const [constant] = constants ?? []
    if (constants?.length !== 1 || value.objects.length > 0) {
      text += prefixOf(value) ?? ''
      break
    }
    text += String(constant)
  }
  return text === '' ? undefined : text.slice(0, 500)
}

function evaluateOperation(run: Run, { operator, operands, start, end }: Of<'operation'>, frame: Frame): Value {
  const values = operands.map((operand) => run.evaluate(operand, frame))
  const [target] = operands
  if (operator !== '++' && operator !== '--') return operate(run, operator, values)
  const result = operate(run, operator === '++' ? '+' : '-', [...values, constantValue(1)])
  if (target?.kind === 'name' || target?.kind === 'member') run.assign({ ...target, start, end }, { ...result, taints: noTaints }, frame)
  return result
}

const carriers = { javascript: new Set(['+']), python: new Set(['+', '%', '*', '/', '|']) }

/** Evaluates an operation. Only operators that carry data of their operands into the result propagate taints. */
function operate(run: Run, operator: string, values: readonly Value[]): Value {
  const constants = foldOperation(operator, values.map((value) => (value.objects.length > 0 || value.callables.length > 0 ? undefined : value.constants)), run.language === 'python')
  const carries = values.length > 1 && carriers[run.language].has(operator)
  if (!carries) return constants === undefined ? numberOf(operator, values) : constantValue(...constants)
  const taints = values.reduce((all, value) => uniteTaints(all, deepTaints(value)), noTaints)
  if (constants !== undefined) return { ...constantValue(...constants), taints }
  return joinedLists(values) ?? joinedTexts(operator, values, taints)
}

function joinedLists(values: readonly Value[]): Value | undefined {
  const lists = values.map(({ objects }) => (objects.length === 1 ? objects[0]?.content.items : undefined))
  return lists.every((list) => list !== undefined) ? objectValue(makeList(lists.flat())) : undefined
}

function joinedTexts(operator: string, values: readonly Value[], taints: Taints): Value {
  const result = taintedValue(taints, values.some((value) => value.built || isText(value)), operator === '+' ? leadingText(values) : undefined)
  if (operator === '+') return isLed(values) ? { ...result, led: true } : result
  const [left] = values
  // The / operator of pathlib: the result is a path, too.
  return operator === '/' && left?.path !== undefined ? { ...result, path: left.path } : result
}

const arithmetic = new Set(['-', '*', '/', '%', '**', '//', '|', '&', '^', '~', '<<', '>>', '>>>', '+'])

/** Numbers propagate only the taint that they are predictable. */
function numberOf(operator: string, values: readonly Value[]): Value {
  return arithmetic.has(operator) ? taintedValue(values.reduce((all, { taints }) => uniteTaints(all, randomTaints(taints)), noTaints)) : unknown
}

function isText({ constants }: Value): boolean {
  return constants?.some((constant) => typeof constant === 'string') ?? false
}

interface RecordContent {
  readonly fields: Map<string, Value>
  rest: Value | undefined
  closed: boolean
}

function makeRecordValue(run: Run, entries: readonly RecordEntry[], frame: Frame): Value {
  const content: RecordContent = { fields: new Map(), rest: undefined, closed: true }
  for (const entry of entries) {
    if ('spread' in entry) spreadInto(content, run.evaluate(entry.spread, frame))
    else {
      const key = onlyConstant(run.evaluate(entry.key, frame))
      const value = run.evaluate(entry.value, frame)
      if (key === undefined) content.rest = joinOptional(content.rest, value)
      else content.fields.set(String(key[0]), value)
    }
  }
  return objectValue(makeRecord(content.fields, content.rest, content.closed))
}

function spreadInto(into: RecordContent, spread: Value): void {
  for (const { content } of spread.objects) {
    for (const [key, value] of content.fields) into.fields.set(key, value)
    into.rest = joinOptional(into.rest, content.rest)
    into.closed &&= content.closed
  }
  if (spread.objects.length > 0 && spread.taints.length === 0) return
  into.closed = false
  if (spread.taints.length > 0) into.rest = joinOptional(into.rest, taintedValue(spread.taints))
}

function makeListValue(run: Run, items: readonly ListItem[], frame: Frame): Value {
  const known: Value[] = []
  let rest: Value | undefined
  for (const { value: expression, spread } of items) {
    const value = run.evaluate(expression, frame)
    const spreadItems = spread === true ? value.objects[0]?.content.items : undefined
    if (spread !== true) known.push(value)
    else if (spreadItems !== undefined && value.objects.length === 1) known.push(...spreadItems)
    else rest = rest === undefined ? elementOfValue(value) : joinValues(rest, elementOfValue(value))
  }
  return objectValue(rest === undefined ? makeList(known) : makeList(undefined, joinAll([...known, rest])))
}

function makeFunction(run: Run, { function: node }: Of<'function'>, frame: Frame): Value {
  const callable = { kind: 'function', node, scope: frame } as const
  for (const decorator of node.decorators) run.evaluate(decorator, frame)
  run.functions.meet(callable)
  return callableValue(callable)
}

function evaluateAssignment(run: Run, { target, operator, value, start, end }: Of<'assign'>, frame: Frame): Value {
  if (operator === undefined) {
    const assigned = run.evaluate(value, frame)
    if (target.kind === 'name') checkName(run, target, assigned, frame)
    run.assign(target, assigned, frame)
    if (target.kind === 'name') noteTest(run, target.name, value, frame)
    return assigned
  }
  if (target.kind !== 'name' && target.kind !== 'member') return unknown
  const before = run.evaluate(target, frame)
  const after = run.evaluate(value, frame)
  const plain = operator.replace(/=$/, '')
  const isLogical = plain === '||' || plain === '&&' || plain === '??'
  const result = isLogical ? joinValues(before, after) : operate(run, plain, [before, after])
  if (target.kind === 'name') checkName(run, target, result, frame)
  run.assign({ ...target, start, end }, result, frame)
  return result
}

const testKinds = new Set<Expression['kind']>(['call', 'operation', 'logical', 'member', 'concat', 'combine'])

/** Records that a variable holds the result of a test. */
function noteTest(run: Run, name: string, test: Expression, frame: Frame): void {
  if (testKinds.has(test.kind)) run.tests.set(name, { test, frame })
  else run.tests.delete(name)
}

/** A single operand (await, a cast) is returned unchanged. Of several, only the taints remain. */
function combine(values: readonly Value[]): Value {
  const [only] = values
  if (only !== undefined && values.length === 1) return only
  return taintedValue(values.reduce((all, value) => uniteTaints(all, deepTaints(value)), noTaints))
}

