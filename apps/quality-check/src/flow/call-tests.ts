import { clean, cleanAll, nameOfCallee } from './cleaning.ts'
import { narrowMember } from './memberships.ts'
import { isPlace, pathOf, peek, put } from './places.ts'
import type { Argument, Expression } from './program.ts'
import { provesPattern } from './regular-expressions.ts'
import type { Run } from './run.ts'
import { bindVariable, findVariable, type Frame } from './scope.ts'

type Call = Extract<Expression, { readonly kind: 'call' }>

const memberships = new Set(['includes', 'has', 'contains', 'hasOwnProperty', 'exists'])
const numericTests = new Set(['isdigit', 'isnumeric', 'isdecimal', 'isalnum', 'isalpha', 'isidentifier', 'isInteger', 'isSafeInteger', 'isFinite', 'isUUID', 'isAlphanumeric', 'isInt', 'isNumeric'])
const validator = /^_*(?:is|are)?_?(?:valid|safe|allowed|permitted|trusted|whitelisted)(?:$|_|[A-Z])|^_*(?:is|are)_?(?:Valid|Safe|Allowed|Permitted|Trusted|Whitelisted)/

/** Notes what a call that held, or did not, proves. */
export function narrowCall(run: Run, call: Call, truth: boolean, frame: Frame): void {
  if (truth) narrowHolding(run, call, frame)
  else narrowFailing(run, call, frame)
}

function narrowFailing(run: Run, call: Call, frame: Frame): void {
  const { callee, args } = call
  const name = nameOfCallee(callee)
  if (name === 'isNaN') cleanAll(run, args, undefined, frame)
  if (name === 'includes' && callee.kind === 'member' && args[0] !== undefined) narrowAbsent(run, args[0].value, callee.object, frame)
  narrowInside(run, call, false, frame)
}

function narrowHolding(run: Run, call: Call, frame: Frame): void {
  const { callee, args } = call
  const name = nameOfCallee(callee)
  const [first, second] = args
  if (name === 'isinstance') return narrowInstance(run, args, frame)
  if (name === 'hasOwn' && first !== undefined && second !== undefined) return narrowMember(run, second.value, first.value, frame)
  if (memberships.has(name) && first !== undefined && callee.kind === 'member') return narrowMember(run, first.value, callee.object, frame)
  if (numericTests.has(name) || provesText(run, call, frame)) return cleanAll(run, all(call), undefined, frame)
  narrowByGuard(run, call, frame)
  if (!narrowInside(run, call, true, frame) && validator.test(name)) cleanAll(run, args, undefined, frame)
}

/** The arguments, and the receiver. */
function all({ callee, args }: Call): readonly Argument[] {
  return callee.kind === 'member' ? [...args, { value: callee.object }] : args
}

function provesText(run: Run, { callee, args: [first] }: Call, frame: Frame): boolean {
  const receiver = callee.kind === 'member' ? peek(run, callee.object, frame) : undefined
  return provesPattern(nameOfCallee(callee), receiver, first === undefined ? undefined : peek(run, first.value, frame))
}

/** The rules that trust a test of the language itself: "in", "typeof", "isinstance". */
export function guardsOf({ world }: Run, name: string): bigint {
  return world.factsOf(world.child(undefined, name)).guards
}

/** A rule's guard holds, or equals what it should. */
export function narrowByGuard(run: Run, call: Call, frame: Frame): void {
  const { guards } = run.world.factsOf(pathOf(run, call.callee, frame))
  if (guards !== 0n) cleanAll(run, all(call), guards, frame)
}

/** A text does not hold "..", "/" or a quote: a proof for rules that list "in" among their guards. */
export function narrowAbsent(run: Run, part: Expression, text: Expression, frame: Frame): void {
  const { constants } = peek(run, part, frame)
  const guards = guardsOf(run, 'in')
  if (guards !== 0n && constants?.length === 1 && typeof constants[0] === 'string' && /\.\.|[/\\'"]/.test(constants[0])) clean(run, text, guards, frame)
}

function narrowInstance(run: Run, [subject, type]: readonly Argument[], frame: Frame): void {
  if (subject === undefined || type === undefined) return
  const types = type.value.kind === 'list' ? type.value.items.map(({ value }) => value) : [type.value]
  if (types.every((each) => each.kind === 'name' && /^(?:int|float|bool|complex|UUID|datetime|date|Decimal)$/.test(each.name))) clean(run, subject.value, undefined, frame)
  else if (types.every((each) => each.kind === 'name' && each.name === 'str')) clean(run, subject.value, guardsOf(run, 'isinstance'), frame)
}

/** A function of the program that is nothing but one expression proves what that proves. Answers whether it is such a function: of longer ones the name is believed. */
export function narrowInside(run: Run, { callee, args }: Call, truth: boolean, frame: Frame): boolean {
  const [callable] = callee.kind === 'name' ? (findVariable(frame, callee.name)?.content?.callables ?? []) : []
  if (callable?.kind !== 'function') return false
  const last = callable.node.body.at(-1)
  if (callable.node.body.length !== 1 || last?.kind !== 'return' || last.value === undefined) return false
  const inner: Frame = { ...frame, node: callable.node, parent: callable.scope, locals: callable.node.locals, variables: new Map() }
  const bound = callable.node.parameters.map(({ target }, index) => {
    const place = args[index]?.value
    if (target.kind !== 'name' || place === undefined || !isPlace(place)) return undefined
    const variable = bindVariable(inner, target.name)
    variable.content = peek(run, place, frame)
    return { place, variable, before: variable.content }
  })
  run.narrow(last.value, truth, inner)
  for (const each of bound) if (each?.variable.content !== undefined && each.variable.content !== each.before) put(run, each.place, each.variable.content, frame)
  return true
}
