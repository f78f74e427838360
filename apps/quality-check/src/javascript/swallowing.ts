import type { CallExpression, CatchClause, Node, TryStatement } from '@oxc-project/types'
import type { Advice } from '../finding.ts'
import type { JavaScriptContext } from '../rules/rule.ts'
import { expectsFailure, promisesAnswer } from '../syntax/reasons.ts'
import { asksElsewhere, changing, endsByName, orders, worksByName } from '../syntax/verbs.ts'
import { isExplained, isReasoned } from './comments.ts'
import { isDefault, isSilent, isWhisper } from './defaults.ts'
import { bare, chainOf, contains, enclosingFunction, isFunction, isLoop, lastName, nameOfFunction, outsideFunctions, textIn, walk } from './nodes.ts'
import { overlapping } from '../syntax/nearby.ts'

// Operations whose failure is an answer (invalid JSON, a missing file, a module that is not installed), or that need no reaction.
const probes = new Set(
  `parse URL fileURLToPath decodeURIComponent decodeURI RegExp BigInt atob require resolve stat statSync lstat lstatSync access accessSync readlink readlinkSync realpath
  realpathSync existsSync lookupService getItem setItem removeItem structuredClone Function F eval kill from decode querySelector matches closest defineProperty freeze cwd toString
  getOwnPropertyDescriptor createRequire DateTimeFormat NumberFormat supportedLocalesOf setPrototypeOf safeParse focus scrollIntoView setPointerCapture releasePointerCapture
  unlink unlinkSync rm rmSync rmdir rmdirSync close closeSync destroy end cancel abort disconnect stop quit release dispose terminate`.split(/\s+/),
)
// Functions whose name tells callers that failures are returned as a value.
const answersByValue =
  /^(_?(is|has|can|try|safe|maybe|supports?|exists?|check|detect|probe|parse|decode|validate?|verify|looksLike|attempt|guess|find|resolve|ping|test|close|cleanup|stop))([A-Z_]|$)|(OrNull|OrUndefined|OrDefault|OrNone|IfExists|IfPossible|Safe|Safely|Silently|Quietly|Exists|Optional|Probe)$/

const changes = new RegExp(`^_*(?:(?:${changing})(?![a-z])|(?:${orders})(?=[A-Z_]))`)
const ofDatabase = /(?:^|\.)(?:db|database|pool|prisma|knex|dataSource|\w*[rR]epo(?:sitory)?|\w+Model|collection\(\)|collection)\./
// Programs whose failure says that something is not there: no repository, no branch.
const asking = /^(?:git|which|where|uname|lsof|ps)(?:\s|$)/
const running = /^(?:run|exec|execFile|execFileAsync|execAsync|execa|spawn|execSync|execFileSync|spawnSync)$/
// Methods that answer a request.
const answers = /^(?:json|send|sendStatus|render|redirect|end|reply|success)$/
// Optional operations: caches, metrics, traces.
const bestEffort = /cache|telemetry|analytic|metric|track|log|te?mp|clipboard|storage/i

/** A catch clause that does nothing, returns a default or continues, without logging the error. */
export interface Swallowing {
  /** The attempted operation: "save()". */
  readonly tried: string
  /** What happens on every failure. */
  readonly outcome: string
  /** Undefined when the operation changes something, and its function continues and returns as if it had succeeded. Else the failure may be expected. */
  readonly doubt: Advice | undefined
}

/** Undefined when the error is reported, expected, or explained by a comment. */
export function readSwallowing(node: CatchClause, context: JavaScriptContext): Swallowing | undefined {
  const body = node.body.body.filter(({ type }) => type !== 'EmptyStatement')
  const isOfEngine = node.body.body.length === 0
  const attempt = context.ancestors.at(-1)
  if (attempt?.type !== 'TryStatement' || !(body.every(isSilent) || onlyTakesBack(body) || onlyPrints(body))) return undefined
  const owner = enclosingFunction(context.ancestors)
  const name = owner === undefined ? '' : nameOfFunction(owner, context.ancestors.slice(0, context.ancestors.indexOf(owner))).name
  if (isQuestion(attempt, name) || isReasoned(context, node) || isPromised(owner, context) || isForeseen(attempt.block, context) || isToldLater(body.at(-1), context.ancestors)) return undefined
  const { first, work, awaited, probed, calls } = readAttempt(attempt.block)
  // Of a database that is away "not found" is the wrong answer.
  if (answersByValue.test(name) && !(awaited && /^_?find(?![a-z])/.test(name) && ofDatabase.test(first))) return undefined
  if (work === '' && ((isOfEngine && !awaited) || calls === 0 || (probed && !awaited))) return undefined
  const tried = work === '' ? first : work
  const matters = work !== '' && !isNotice(work) && body.length === 0 && isTakenForDone(attempt, context.ancestors) && !isExplained(context, node)
  const doubt = matters ? undefined : (work !== '' || awaited) && !isNotice(work) && !bestEffort.test(`${tried} ${name}`) && !contains(attempt.block, isOfCache) && !isNoticed(body, attempt, context.ancestors) && !isForetold(attempt, context) && !(work === '' && isOptional(attempt, body.at(-1), name, context)) ? 'unless_new' : true
  // An empty clause is the engine's to advise on.
  if (doubt === true && work === '' && isOfEngine) return undefined
  return { tried: tried === '' ? 'what is tried' : `${tried}()`, outcome: outcomeOf(body.at(-1), context), doubt }
}

/** The transaction is rolled back and logged, but the caller continues as if it had succeeded. */
function onlyTakesBack(body: readonly Node[]): boolean {
  const calls = body.map((each) => (each.type === 'ExpressionStatement' ? bare(each.expression.type === 'AwaitExpression' ? each.expression.argument : each.expression) : each))
  return calls.some(takesBack) && calls.every((each) => takesBack(each) || (each.type === 'CallExpression' && /^(?:console|(?:this\.)?_?log(?:ger)?)\.\w+$/.test(chainOf(each.callee))))
}

/** A line on the console, and then a number or an empty list: callers take it for the answer. Null they can tell from one. */
function onlyPrints(body: readonly Node[]): boolean {
  const [line, last] = body
  if (body.length !== 2 || line?.type !== 'ExpressionStatement' || line.expression.type !== 'CallExpression' || !/^console\.\w+$/.test(chainOf(line.expression.callee))) return false
  const given = last?.type === 'ReturnStatement' && last.argument !== null ? bare(last.argument) : undefined
  return (given?.type === 'Literal' && typeof given.value === 'number') || (given?.type === 'ArrayExpression' && given.elements.length === 0)
}

const takesBack = (node: Node): boolean => node.type === 'CallExpression' && (/^(?:rollback|rollbackTransaction|abortTransaction)$/.test(lastName(chainOf(node.callee))) || /^\s*rollback\b/i.test(textIn(node.arguments[0]) ?? ''))

/** A debug line says what failed, "false" answers the caller, or another attempt follows. */
function isNoticed(body: readonly Node[], { block }: TryStatement, ancestors: readonly Node[]): boolean {
  const last = body.at(-1)
  const owner = ancestors.findLastIndex((each) => isFunction(each))
  const around = ancestors.slice(owner + 1, -1)
  if (around.some(({ type }) => type === 'CatchClause') || body.some((each) => each.type === 'ExpressionStatement' && each.expression.type === 'CallExpression' && isWhisper(chainOf(each.expression.callee)))) return true
  if (last?.type === 'ReturnStatement' && last.argument?.type === 'Literal' && typeof last.argument.value === 'boolean') return true
  return (around.some(isLoop) || last === undefined) && block.body.at(-1)?.type === 'ReturnStatement'
}

/** The comment above the function documents what it returns on failure. */
function isPromised(owner: Node | undefined, { comments, text }: JavaScriptContext): boolean {
  return owner !== undefined && overlapping(comments, owner.start - 120, owner.start).some(({ value, start, end }) => end <= owner.start && !/[;{}]/.test(text.slice(end, owner.start)) && start < end && promisesAnswer(value))
}

/** The comments inside the attempt say what holds when it fails; a sentence may take several lines. */
const isForeseen = ({ start, end }: Node, { comments }: JavaScriptContext): boolean => promisesAnswer(overlapping(comments, start, end).flatMap((comment) => (comment.start > start && comment.end < end ? comment.value.trim() : [])).join(' '))

/** The comment directly above the attempt, or at its beginning, says that it may fail. */
function isForetold({ block, start }: TryStatement, { comments, text }: JavaScriptContext): boolean {
  const [first] = block.body
  return [start, first?.start ?? start].some((place) => {
    const above = overlapping(comments, place - farAbove, place).filter((comment) => comment.end <= place && onlyComments.test(text.slice(comment.end, place)))
    const words = above.map(({ value }) => value.trim()).join(' ').slice(-farAbove)
    return expecting.test(words) || expectsFailure(words)
  })
}

const farAbove = 400
const onlyComments = /^(?:\r?\n[ \t]*\/\/[^\n]*)*\s*$/
const expecting = /\b(?:may|might|sometimes|not always|even (?:if|when))\b[^.!]*\b(?:errors?|fail|throws?|rejects?|missing|blank|invalid)\b/i

/** `found = null` in the clause, and `if (!found) throw …` after it. */
function isToldLater(last: Node | undefined, ancestors: readonly Node[]): boolean {
  const set = last?.type === 'ExpressionStatement' && last.expression.type === 'AssignmentExpression' && last.expression.left.type === 'Identifier' ? last.expression.left.name : undefined
  if (set === undefined) return false
  return ancestors.some((around, index) => {
    const inside = ancestors[index + 1]
    if (around.type !== 'BlockStatement' || inside === undefined) return false
    const [next] = around.body.slice(around.body.findIndex((each) => each === inside) + 1)
    return next?.type === 'IfStatement' && next.test.type === 'UnaryExpression' && next.test.argument.type === 'Identifier' && next.test.argument.name === set && throws(next.consequent)
  })
}

/** It ends something, or no caller takes the outcome for a result: no answer of a service is made up, and nothing follows that says it was done. */
function isOptional(attempt: TryStatement, last: Node | undefined, name: string, { ancestors }: JavaScriptContext): boolean {
  if (endsByName.test(name) || ancestors.some((each, index) => each.type === 'TryStatement' && each.finalizer !== null && each.finalizer === ancestors[index + 1])) return true
  const asks = contains(attempt.block, (each) => each.type === 'CallExpression' && (asksElsewhere.test(chainOf(each.callee)) || ofDatabase.test(`${chainOf(each.callee)}.`)))
  if (last === undefined) return !(asks && isTakenForDone(attempt, ancestors))
  return !asks && (last.type !== 'ReturnStatement' || isNothing(last.argument))
}

const isNothing = (node: Node | null): boolean => node === null || (node.type === 'Literal' && node.value === null) || (node.type === 'Identifier' && node.name === 'undefined') || node.type === 'UnaryExpression'

const throws = (node: Node): boolean => node.type === 'ThrowStatement' || (node.type === 'BlockStatement' && node.body.at(-1)?.type === 'ThrowStatement')

/** Returns true on success and false on failure, so callers learn of the failure. */
function isQuestion({ block, handler }: TryStatement, name: string): boolean {
  const gives = (body: readonly Node[] | undefined, value: boolean) => {
    const last = body?.at(-1)
    return last?.type === 'ReturnStatement' && last.argument?.type === 'Literal' && last.argument.value === value
  }
  return gives(block.body, true) && gives(handler?.body.body, false) && !worksByName.test(name)
}

function readAttempt(block: Node): { first: string; work: string; awaited: boolean; probed: boolean; calls: number } {
  const seen = { first: '', work: '', awaited: false, probed: false, calls: 0 }
  walk(block, (node) => {
    if (node.type === 'ImportExpression') seen.probed = true
    if (node.type === 'CallExpression' || node.type === 'NewExpression') {
      seen.calls++
      seen.first ||= chainOf(node.callee)
      seen.probed ||= isProbe(node)
    }
    if (node.type === 'AwaitExpression') seen.awaited ||= !isProbe(node.argument)
    if (seen.work === '' || isNotice(seen.work)) seen.work = workOf(node) || seen.work
    return outsideFunctions(node)
  })
  return seen
}

/** The name of an awaited call statement that changes something. */
function workOf(node: Node): string {
  return node.type === 'ExpressionStatement' && node.expression.type === 'AwaitExpression' ? changeBy(bare(node.expression.argument)) : ''
}

/** The name of the called function, if it changes something. */
export function changeBy(call: Node): string {
  if (call.type !== 'CallExpression') return ''
  const name = chainOf(call.callee)
  return (changes.test(lastName(name)) || isUpdate(name, call)) && !bestEffort.test(name) && !contains(call.callee, isOfCache) ? name : ''
}

/** db.collection('domaincache') */
const isOfCache = (node: Node) => /cache/i.test(textIn(node) ?? '')

/** `orders.update(id, { paid })` passes the new values. With one argument, it may be a hash or a screen that is updated. */
const isUpdate = (name: string, { arguments: given }: CallExpression): boolean => lastName(name) === 'update' && given.length > 1 && given.some(({ type }) => type === 'ObjectExpression')

/** Publishing notifies listeners of something that has already happened. */
export const isNotice = (tried: string): boolean => lastName(tried) === 'publish'

/** Whether the enclosing function's name announces the change, or it returns a result or answers the request afterwards. That contradicts a failure. */
export function isTakenForDone(place: Node, ancestors: readonly Node[]): boolean {
  const owner = enclosingFunction(ancestors)
  if (owner?.body == null || ancestors.slice(ancestors.indexOf(owner)).some(({ type }) => type === 'CatchClause')) return false
  return changes.test(nameOfFunction(owner, ancestors.slice(0, ancestors.indexOf(owner))).name) || lastSuccessIn(owner.body) > place.end
}

const lastSuccesses = new WeakMap<Node, number>()

/** The position of the last statement that reports success. Cached, because many catch clauses of a function need it. */
function lastSuccessIn(body: Node): number {
  let last = lastSuccesses.get(body)
  if (last !== undefined) return last
  last = -1
  walk(body, (node) => {
    if (tellsSuccess(node)) last = node.start
    return outsideFunctions(node)
  })
  lastSuccesses.set(body, last)
  return last
}

function tellsSuccess(node: Node): boolean {
  if (node.type === 'ReturnStatement') return isAnswer(node.argument)
  return node.type === 'ExpressionStatement' && node.expression.type === 'CallExpression' && answers.test(lastName(chainOf(node.expression.callee)))
}

const isAnswer = (value: Node | null) => !isDefault(value) || (value?.type === 'Literal' && value.value === true)

function isProbe(node: Node): boolean {
  if (node.type === 'ImportExpression') return true
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return false
  const name = lastName(chainOf(node.callee))
  return probes.has(name) || (running.test(name) && asking.test(textIn(node.arguments[0]) ?? ''))
}

function outcomeOf(last: Node | undefined, { textOf }: JavaScriptContext): string {
  if (last === undefined) return 'nothing at all'
  if (last.type === 'ReturnStatement') return last.argument == null ? 'a plain return' : `"${textOf(last.argument)}"`
  if (last.type === 'ContinueStatement' || last.type === 'BreakStatement') return `a ${last.type === 'BreakStatement' ? 'break' : 'continue'}`
  if (contains(last, takesBack)) return 'a transaction rolled back, of which no caller hears'
  return last.type === 'ExpressionStatement' && last.expression.type === 'AssignmentExpression' ? 'a default value' : 'a debug line'
}
