import { clean, cleanAll, nameOfCallee } from './cleaning.ts'
import { narrowMember } from './memberships.ts'
import { isPlace, pathOf, peek, put } from './places.ts'
import type { Argument, Expression, FunctionNode } from './program.ts'
import { provesNothingElse, provesPattern, testOf } from './regular-expressions.ts'
import type { Run } from './run.ts'
import { bindVariable, findVariable, type Frame } from './scope.ts'
import { guessTaints } from './taint.ts'
import { unknown, type Callable, type Value } from './values.ts'
import { textOfPath } from './world.ts'

type Call = Extract<Expression, { readonly kind: 'call' }>
type FunctionValue = Extract<Callable, { readonly kind: 'function' }>

const memberships = new Set(['includes', 'has', 'contains', 'hasOwnProperty', 'exists'])
const numericTests = new Set(['isdigit', 'isnumeric', 'isdecimal', 'isalnum', 'isalpha', 'isidentifier', 'isInteger', 'isSafeInteger', 'isFinite', 'isUUID', 'isUuid', 'isAlphanumeric', 'isInt', 'isNumeric', 'isMongoId', 'isValidObjectId'])
const validators = /^(?:uuid\.validate|mongoose\.isValidObjectId|mongodb\.ObjectId\.isValid|ulid\.isValid)$/
// The result of these is a text: it proves something only when compared with another one.
const answersByText = new Set(['dirname', 'commonpath'])
const validator = /^_*(?:is|are)?_?(?:valid|safe|allowed|permitted|trusted|whitelisted)(?:$|_|[A-Z])|^_*(?:is|are)_?(?:Valid|Safe|Allowed|Permitted|Trusted|Whitelisted)/
const checks = /valid|safe|allow|permit|verif|check|trust|^(?:assert|ensure|require|must|reject|refuse|deny|forbid|guard)(?:_|[A-Z])|^assert$|^is_?ur[il]$/i

/** Narrows the values of variables after a call that returned true or false. */
export function narrowCall(run: Run, call: Call, truth: boolean, frame: Frame): void {
  if (truth) narrowHolding(run, call, frame)
  else narrowFailing(run, call, frame)
}

function narrowFailing(run: Run, call: Call, frame: Frame): void {
  const { callee, args } = call
  const name = nameOfCallee(callee)
  if (name === 'isinstance') return narrowInstance(run, args, false, frame)
  if (name === 'isNaN' || provesText(run, call, frame, provesNothingElse)) cleanAll(run, all(call), undefined, frame)
  if (callee.kind === 'member' && args[0] !== undefined && (name === 'includes' || startsAbove(args[0].value, name))) narrowAbsent(run, args[0].value, callee.object, frame)
  if (!narrowInside(run, call, false, frame) && isAskedElsewhere(run, call, frame)) doubtAll(run, args, frame)
}

/** relative.startsWith('..') */
function startsAbove(start: Expression, name: string): boolean {
  return (name === 'startsWith' || name === 'startswith') && start.kind === 'literal' && String(start.value).startsWith('..')
}

function narrowHolding(run: Run, call: Call, frame: Frame): void {
  const { callee, args } = call
  const name = nameOfCallee(callee)
  const [first, second] = args
  if (name === 'isinstance') return narrowInstance(run, args, true, frame)
  if (name === 'hasOwn' && first !== undefined && second !== undefined) return narrowMember(run, second.value, first.value, frame)
  if (memberships.has(name) && first !== undefined && callee.kind === 'member' && !isOfFiles(run, call, frame)) return narrowMember(run, first.value, callee.object, frame)
  if (numericTests.has(name) || validators.test(textOfPath(pathOf(run, callee, frame))) || provesText(run, call, frame, provesPattern)) return cleanAll(run, all(call), undefined, frame)
  if (!answersByText.has(name)) narrowByGuard(run, call, frame)
  const isSeen = narrowInside(run, call, true, frame) && args.every(({ value }) => isPlace(value))
  if (isSeen) return
  if (validator.test(name)) cleanAll(run, args, undefined, frame)
  else if (checks.test(name) || isAskedElsewhere(run, call, frame)) doubtAll(run, args, frame)
}

const ofFiles = /^(?:os|posixpath|ntpath|pathlib|fs)\.[^()]*$/
const ofLanguage = /^(?:len|bool|str|int|any|all|type|callable|hasattr|getattr|open|print|isinstance|issubclass)$|^(?:Array|Object|Number|Boolean|String|JSON|Math|Buffer|Promise|console|path|util|lodash|_|URL|isNaN|parseInt|parseFloat|encodeURIComponent|decodeURIComponent)(?:\.|$)|(?:^|\.)is_?(?:Empty|String|Nil|Array|Object|Undefined|Null|Blank|Absolute)$/i
const hostile = ["a;b' <../", '//e.x', 'http://e.x']

/** That a file exists does not say whether its path is allowed. */
const isOfFiles = (run: Run, { callee }: Call, frame: Frame): boolean => ofFiles.test(textOfPath(pathOf(run, callee, frame)))

/** The condition calls a function outside the file, or a pattern that is not known: what it checks is unknown. */
function isAskedElsewhere(run: Run, call: Call, frame: Frame): boolean {
  const passes = knownTest(run, call, frame)
  if (passes !== undefined && hostile.some(passes)) return false
  return !isOfFiles(run, call, frame) && !ofLanguage.test(textOfPath(pathOf(run, call.callee, frame)))
}

/** For a call whose result is not used: `path.relative_to(folder)` throws when its claim is false, and `verify_name(name)` may. `name.startswith(folder)` has no effect then. */
export function narrowUnanswered(run: Run, statement: Expression, frame: Frame): void {
  const call = statement.kind === 'combine' && statement.of.length === 1 ? statement.of[0] : statement
  if (call?.kind !== 'call') return
  const name = nameOfCallee(call.callee)
  if (name === 'relative_to') narrowByGuard(run, call, frame)
  if (checks.test(name)) doubtAll(run, call.args, frame)
}

/** One of several alternatives holds, and it is unknown which one. */
export function narrowAlternative(run: Run, test: Expression, frame: Frame): void {
  if (test.kind === 'operation' && test.operands[0] !== undefined) narrowAlternative(run, test.operands[0], frame)
  else if (test.kind === 'call' && checks.test(nameOfCallee(test.callee))) doubtAll(run, test.args, frame)
}

/** The arguments were checked in an unknown way, so that their taints become guesses. */
function doubtAll(run: Run, args: readonly Argument[], frame: Frame): void {
  for (const { value: given } of args) doubt(run, given.kind === 'call' && given.callee.kind === 'member' ? given.callee.object : given, frame)
}

/** Makes the taints of a variable or field guesses: an unknown check may have proved it harmless. */
export function doubt(run: Run, place: Expression, frame: Frame): void {
  if (!isPlace(place)) return
  const value = peek(run, place, frame)
  if (value.taints.length > 0) put(run, place, { ...value, taints: guessTaints(value.taints) }, frame)
}

/** The arguments and the receiver. */
function all({ callee, args }: Call): readonly Argument[] {
  return callee.kind === 'member' ? [...args, { value: callee.object }] : args
}

function provesText(run: Run, { callee, args: [first] }: Call, frame: Frame, proves: typeof provesPattern): boolean {
  const receiver = callee.kind === 'member' ? peek(run, callee.object, frame) : undefined
  return proves(nameOfCallee(callee), receiver, first === undefined ? undefined : peek(run, first.value, frame))
}

/** The rules that accept a test of the language itself as a guard: "in", "typeof", "isinstance", "not isinstance". */
export function guardsOf({ world }: Run, name: string): bigint {
  return world.factsOf(world.child(undefined, name)).guards
}

/** Cleans the arguments for the rules that list the call as a guard. */
export function narrowByGuard(run: Run, call: Call, frame: Frame): void {
  const { guards } = run.world.factsOf(pathOf(run, call.callee, frame))
  if (guards === 0n) return
  const passed = guards & passedBy(run, call, frame)
  cleanAll(run, all(call), guards & ~passed, frame)
  // As often as not !startsWith('//') follows startsWith('/').
  if (passed !== 0n && call.callee.kind === 'member' && /^starts_?with$/i.test(nameOfCallee(call.callee))) doubt(run, call.callee.object, frame)
}

function knownTest(run: Run, { callee, args: [first] }: Call, frame: Frame): ReturnType<typeof testOf> {
  const receiver = callee.kind === 'member' ? peek(run, callee.object, frame) : undefined
  return testOf(nameOfCallee(callee), receiver, first === undefined ? undefined : peek(run, first.value, frame), run.language)
}

/** The rules of which an attack passes the call, where its pattern or prefix is known. */
function passedBy(run: Run, call: Call, frame: Frame): bigint {
  const passes = knownTest(run, call, frame)
  return passes === undefined ? 0n : run.world.attacks.reduce((bits, { bit, texts }) => (texts.some(passes) ? bits | bit : bits), 0n)
}

/** `path.indexOf(folder) === 0` is equivalent to `path.startsWith(folder)`. */
export function narrowBeginning(run: Run, { callee, args }: Call, frame: Frame): void {
  if (callee.kind !== 'member' || !/^(?:indexOf|lastIndexOf|find)$/.test(nameOfCallee(callee))) return
  const { guards } = run.world.factsOf(run.world.child(pathOf(run, callee.object, frame), run.language === 'python' ? 'startswith' : 'startsWith'))
  if (guards !== 0n) cleanAll(run, [...args, { value: callee.object }], guards, frame)
}

/** The text does not contain "..", "/" or a quote. This is a proof for rules that list "in" among their guards. */
export function narrowAbsent(run: Run, part: Expression, text: Expression, frame: Frame): void {
  const { constants } = peek(run, part, frame)
  const guards = guardsOf(run, 'in')
  if (guards !== 0n && constants?.length === 1 && typeof constants[0] === 'string' && /\.\.|[/\\'"]/.test(constants[0])) clean(run, text, guards, frame)
}

/** What is no text, such as an uploaded file, is harmless for rules that list "not isinstance" among their guards. */
function narrowInstance(run: Run, [subject, type]: readonly Argument[], truth: boolean, frame: Frame): void {
  if (subject === undefined || type === undefined) return
  const types = type.value.kind === 'list' ? type.value.items.map(({ value }) => value) : [type.value]
  if (!truth) {
    if (types.some((each) => each.kind === 'name' && each.name === 'str')) clean(run, subject.value, guardsOf(run, 'not isinstance'), frame)
  } else if (types.every((each) => each.kind === 'name' && /^(?:int|float|bool|complex|UUID|datetime|date|Decimal)$/.test(each.name))) clean(run, subject.value, undefined, frame)
  else if (types.every((each) => each.kind === 'name' && each.name === 'str')) clean(run, subject.value, guardsOf(run, 'isinstance'), frame)
}

/** Narrows by a function of the program that consists of one expression, as if the expression stood here. Returns whether it is one; of longer functions only the name is considered. */
function narrowInside(run: Run, { callee, args }: Call, truth: boolean, frame: Frame): boolean {
  const [callable] = callee.kind === 'name' ? (findVariable(frame, callee.name)?.content?.callables ?? []) : []
  if (callable?.kind !== 'function' || !isOneExpression(callable.node)) return false
  const places = args.map(({ value }) => value)
  const before = places.map((place) => (isPlace(place) ? peek(run, place, frame) : unknown))
  for (const [index, value] of provenInside(run, callable, before, truth).entries()) {
    const place = places[index]
    if (place === undefined || value === before[index]) continue
    if (isPlace(place)) put(run, place, value, frame)
    else clean(run, place, undefined, frame)
  }
  return true
}

/** The values of arguments after a function of one expression returned true or false: `(name) => names.includes(name)`. */
export function provenInside(run: Run, { node, scope }: FunctionValue, args: readonly Value[], truth: boolean): Value[] {
  const [only] = node.body
  if (only?.kind !== 'return' || only.value === undefined || !isOneExpression(node)) return [...args]
  const inner: Frame = { ...scope, node, parent: scope, locals: node.locals, variables: new Map() }
  const variables = args.map((value, index) => {
    const target = node.parameters[index]?.target
    if (target?.kind !== 'name') return undefined
    const variable = bindVariable(inner, target.name)
    variable.content = value
    return variable
  })
  run.narrow(only.value, truth, inner)
  return args.map((value, index) => variables[index]?.content ?? value)
}

function isOneExpression({ body }: FunctionNode): boolean {
  return body.length === 1 && body[0]?.kind === 'return'
}
