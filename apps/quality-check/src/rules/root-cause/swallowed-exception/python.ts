import type { ExceptHandler, FunctionDef, PythonExpression, PythonNode } from '../../../python/ast.ts'
import { isExplained, isReasoned } from '../../../python/comments.ts'
import { isDefault, isSilent } from '../../../python/defaults.ts'
import { bodyOf, chainOf, contains, eachChild, isFunctionDef, mentions, namesBoundBy, outsideFunctions, takesEverything } from '../../../python/nodes.ts'
import { overlapping } from '../../../syntax/nearby.ts'
import { expectsFailure, promisesAnswer } from '../../../syntax/reasons.ts'
import { asksElsewhere, changing, endsByName, orders, worksByName } from '../../../syntax/verbs.ts'
import type { PythonContext, SyntaxRule } from '../../rule.ts'

type Assignment = Extract<PythonNode, { type: 'Assign' }>
type Attempt = Extract<PythonNode, { type: 'Try' }>
type Call = Extract<PythonNode, { type: 'Call' }>

// Functions whose name tells callers that failures are returned as a value.
const answersByValue = /^_*(is|has|can|try|safe|maybe|supports?|exists?|check|detect|probe|parse|decode|valid(ate)?|verify|looks_like|attempt|guess|close|quit|exit|cleanup|stop|shutdown|ping|test|__del__|__exit__|repr|isatty|readable|writable|seekable|closed|to)(_|$)|_(or_none|or_default|if_exists|if_possible|safe(ly)?|silent(ly)?|quietly|optional)$|^__\w+__$/
const probes = /(^|\.)(loads|literal_eval|int|float|complex|Decimal|UUID|ip_address|ip_network|fromisoformat|strptime|urlparse|compile|import_module|find_spec|version|kill|getattr|inspect|signature|getsource|get_type_hints|stat|exists|unlink|remove|close|shutdown|terminate|rmtree|cancel|cancel_\w+|disconnect|sysconf)$/

export const python: SyntaxRule['python'] = {
  ExceptHandler: check,
  With(node, context) {
    for (const { context_expr: given } of node.items) {
      if (given.type !== 'Call' || !/^(contextlib\.)?suppress$/.test(chainOf(given.func)) || isExplained(context, node)) continue
      const broad = given.args.find((each) => each.type === 'Name' && /^(Base)?Exception$/.test(each.id))
      const works = isWork(node.body)
      if (broad !== undefined && (works || (node.body.length > 1 && !isProbed(node.body)))) context.report(given, { message: 'whatever goes wrong in this block, bugs included, is forgotten', ...(!(works && isTakenForDone(node, context)) && { advice: works ? 'unless_new' : true }) })
    }
  },
}

function check(node: ExceptHandler, context: PythonContext): void {
  const attempt = context.ancestors.at(-1)
  const body = bodyOf(node)
  if (attempt?.type !== 'Try' || body.length === 0 || !(takesEverything(node) ? body.every(isSilent) || onlyTakesBack(body) || onlyPrints(body) : isAskedFor(attempt.body, node))) return
  const owner = context.ancestors.findLast(isFunctionDef)
  const works = isWork(attempt.body) && !bestEffort.test(owner?.name ?? '')
  const sure = works && body[0]?.type === 'Pass' && !isAfterFailure(context) && (node.exception === null || isTakenForDone(attempt, context)) && !isExplained(context, node)
  const doubt = sure ? undefined : bestEffort.test(owner?.name ?? '') || attempt.body.some((statement) => contains(statement, isBestEffort)) || isNoticed(body, attempt, context) || isProvidedFor(node, attempt, context) || isPromised(owner) || (!works && takesEverything(node) && isOptional(node, attempt, context)) ? true : 'unless_new'
  // ruff's S110 and S112 report a lone pass or continue; here it is reported only when it may block.
  if (doubt === true && !works && body.length === 1 && /^(Pass|Continue)$/.test(body[0]?.type ?? '')) return
  if ((owner !== undefined && answersByValue.test(owner.name)) || isQuestion(attempt, node, owner?.name ?? '') || (!works && (isProbed(attempt.body) || onlyInspects(attempt.body) || onlyConverts(attempt.body) || takesAPart(attempt.body, owner))) || isReasoned(context, node) || isForgiven(attempt, context)) return
  const last = body.at(-1)
  const outcome = last?.type === 'Return' ? `"${context.textOf(last)}"` : last?.type === 'Assign' ? 'a default value' : last?.type === 'Expr' ? 'a debug line' : 'nothing at all'
  context.report({ start: node.start, end: node.exception?.end ?? node.start + 'except'.length }, { message: `whatever goes wrong here, bugs included, ends as ${outcome}`, ...(doubt !== undefined && { advice: doubt }) })
}

/** `check=True` asks for the exception, which is then ignored. */
function isAskedFor(attempt: readonly PythonNode[], { exception, body }: ExceptHandler): boolean {
  if (exception === null || !/(?:^|\.)CalledProcessError$/.test(chainOf(exception)) || !body.every(({ type }) => type === 'Pass')) return false
  return attempt.some((statement) => contains(statement, (node) => node.type === 'Call' && node.keywords.some(({ arg, value }) => arg === 'check' && value.type === 'Constant' && value.kind === 'bool' && value.value), outsideFunctions))
}

/** Only rolls the transaction back and logs: the caller continues as if it had succeeded. */
function onlyTakesBack(body: readonly PythonNode[]): boolean {
  const calls = body.map(calledBy)
  return calls.some((name) => /(?:^|\.)rollback$/.test(name)) && calls.every((name) => /(?:^|\.)rollback$|^print$|^(?:self\.)?_?log(?:ger|ging)?\.\w+$/.test(name))
}

/** Prints, then returns a number or an empty collection, which callers cannot distinguish from a result, as they could None. After a line on stderr a number is the program's exit code. */
function onlyPrints(body: readonly PythonNode[]): boolean {
  const [line, last] = body
  if (body.length !== 2 || line?.type !== 'Expr' || line.value.type !== 'Call' || chainOf(line.value.func) !== 'print' || line.value.keywords.some(({ arg }) => arg === 'file') || last?.type !== 'Return' || last.value === null) return false
  return (last.value.type === 'Constant' && typeof last.value.value === 'number') || ((last.value.type === 'List' || last.value.type === 'Dict') && isDefault(last.value))
}

/** A debug line says what failed, a truth value answers the caller, or another attempt follows. */
function isNoticed(body: readonly PythonNode[], attempt: { readonly body: readonly PythonNode[] }, context: PythonContext): boolean {
  const last = body.at(-1)
  if (isAfterFailure(context) || body.some((each) => /(?:^|\.)(?:debug|trace)$/.test(calledBy(each)))) return true
  if (last?.type === 'Return' && last.value?.type === 'Constant' && last.value.kind === 'bool') return true
  return /^(?:Pass|Continue)$/.test(last?.type ?? '') && attempt.body.at(-1)?.type === 'Return'
}

/**
 * The comment above the `try`, or at its beginning, speaks of the failure, an error is raised next, or what was not found is asked for next; of many, the one that fails is
 * logged and the others follow.
 */
function isProvidedFor({ body }: ExceptHandler, attempt: Attempt, context: PythonContext): boolean {
  if ([attempt, ...attempt.body.slice(0, 1)].some(({ start }) => expectsFailure(commentAbove(context, start)))) return true
  if (onlyTakesBack(body) && isInLoop(context) && body.some((each) => /\.(?:error|exception|critical)$/.test(calledBy(each)))) return true
  const next = statementAfter(attempt, context)
  if (next?.type === 'Raise') return true
  const [last] = body.slice(-1)
  const given = last?.type === 'Assign' ? [last] : last?.type === 'Pass' ? attempt.body : []
  if (last?.type === 'Assign' && isDenial(last, attempt, context)) return true
  return next?.type === 'If' && given.flatMap((each) => (each.type === 'Assign' ? each.targets : [])).flatMap(namesBoundBy).some((name) => mentions(next.test, name))
}

/** The documentation says what holds on failure. */
const isPromised = (owner: FunctionDef | undefined): boolean => /\bbest[- ]effort\b/i.test(docstringOf(owner)) || promisesAnswer(docstringOf(owner))

/** It ends something, finds out at import what there is, tries one of several candidates, or asks no service and makes no answer up. */
function isOptional({ body, start }: ExceptHandler, attempt: Attempt, { ancestors }: PythonContext): boolean {
  const from = ancestors.findLastIndex(isFunctionDef)
  const owner = ancestors[from]
  if (owner === undefined || !isFunctionDef(owner)) return true
  if (endsByName.test(owner.name) || attempt.handlers.some((each) => each.start < start && each.body.some(({ type }) => type === 'Raise')) || ancestors.slice(from + 1).some((each, index, inside) => each.type === 'Try' && each.finalbody.some((step) => step === inside[index + 1]))) return true
  const [last] = body.slice(-1)
  if (ancestors.slice(from + 1).some((each) => each.type === 'For' && each.body.some((step) => step.start >= attempt.start && contains(step, ({ type }) => type === 'Return', outsideFunctions)))) return last?.type === 'Continue' || last?.type === 'Pass'
  return isNothing(last) && !takesInTurn(attempt, ancestors) && !contains(attempt, (node) => node.type === 'Call' && asksElsewhere.test(chainOf(node.func)))
}

/** Passed over, or None or False: callers can tell it from a result. */
function isNothing(last: PythonNode | undefined): boolean {
  if (last?.type !== 'Return' && last?.type !== 'Assign') return last?.type === 'Pass' || last?.type === 'Continue'
  return last.value === null || (last.value.type === 'Constant' && (last.value.kind === 'None' || last.value.kind === 'bool'))
}

/** `crm.push(customer)` for each customer: whose turn fails is left out, and nobody hears of it. */
function takesInTurn({ body: [only, ...more] }: Attempt, ancestors: readonly PythonNode[]): boolean {
  const loop = ancestors.findLast((each) => each.type === 'For' || each.type === 'AsyncFor')
  if (loop === undefined || more.length > 0 || only?.type !== 'Expr' || only.value.type !== 'Call') return false
  const called = only.value
  return namesBoundBy(loop.target).some((name) => mentions(called, name))
}

/** `is_valid = False`, and a later branch of the function asks for it. */
function isDenial({ targets, value }: Assignment, { end }: PythonNode, { ancestors }: PythonContext): boolean {
  const owner = ancestors.findLast(isFunctionDef)
  if (owner === undefined || value.type !== 'Constant' || value.kind !== 'bool' || value.value) return false
  return targets.flatMap(namesBoundBy).some((name) => contains(owner, (each) => each.type === 'If' && each.start > end && mentions(each.test, name)))
}

function docstringOf(owner: FunctionDef | undefined): string {
  const [first] = owner?.body ?? []
  return first?.type === 'Expr' && first.value.type === 'Constant' && first.value.kind === 'str' ? first.value.value : ''
}

/** The lines of comment that end right above a place. */
function commentAbove({ text }: PythonContext, at: number): string {
  const lines = text.slice(Math.max(0, at - 1_000), at).split(/\r?\n/).slice(0, -1)
  const first = lines.findLastIndex((line) => !/^\s*#/.test(line)) + 1
  return lines.slice(first).map((line) => line.replace(/^\s*#+\s*/, '')).join(' ')
}

/** The comment above, or at the beginning, says why the exception is forgotten, the documentation what then holds, or the block around that it can be ignored. */
function isForgiven(attempt: Extract<PythonNode, { type: 'Try' }>, context: PythonContext): boolean {
  const from = context.ancestors.findLastIndex(isFunctionDef)
  const owner = context.ancestors[from]
  if ([firstInARow(attempt, context), ...attempt.body.slice(0, 1)].some(({ start }) => forgiving.test(commentAbove(context, start)))) return true
  if (owner !== undefined && isFunctionDef(owner) && /\bif (?:any|some)thing (?:errors? out|goes wrong)\b/i.test(docstringOf(owner))) return true
  const blocks = context.ancestors.slice(Math.max(from + 1, 1), -1)
  return blocks.some((block) => negligible.test(overlapping(context.comments, block.start, attempt.start).map(({ text }) => text.replace(/^#+\s*/, '')).join(' ')))
}

const forgiving = /\b(?:eat|swallow|ignore|suppress)(?:s|ed|ing)? (?:the |any |all |this )?(?:exception|error|failure)s?\b.{0,20}\b(?:because|as|since|when)\b|\bunreachable\b|\btry\/except\b/i
const negligible = /\b(?:exceptions?|errors?|failures?)\b[^.]{0,60}\b(?:can|may) be ignored\b/i

/** The first of several attempts with nothing between them: the comment above it speaks of all. */
function firstInARow(attempt: PythonNode, { ancestors, text }: PythonContext): PythonNode {
  const [parent] = ancestors.slice(-2)
  const before: PythonNode[] = []
  if (parent !== undefined && parent !== attempt) eachChild(parent, (child) => void (child.end <= attempt.start && before.push(child)))
  let first = attempt
  for (const each of before.reverse()) {
    if (each.type !== 'Try' || !/^\s*$/.test(text.slice(each.end, first.start))) break
    first = each
  }
  return first
}

const isInLoop = ({ ancestors }: PythonContext) => ancestors.slice(ancestors.findLastIndex(isFunctionDef) + 1).some(({ type }) => type === 'For' || type === 'AsyncFor' || type === 'While')

/** The next statement of the same block. */
function statementAfter(attempt: PythonNode, { ancestors, text }: PythonContext): PythonNode | undefined {
  const [parent] = ancestors.slice(-2)
  let next: PythonNode | undefined
  if (parent !== undefined && parent !== attempt) eachChild(parent, (child) => (next ??= child.start >= attempt.end ? child : undefined))
  return next !== undefined && /^\s*(?:#[^\n]*\n\s*)*$/.test(text.slice(attempt.end, next.start)) ? next : undefined
}

const calledBy = (statement: PythonNode): string => (statement.type === 'Expr' && statement.value.type === 'Call' ? chainOf(statement.value.func) : '')

const isBestEffort = (node: PythonNode): boolean => (node.type === 'Name' && /cache/i.test(node.id)) || (node.type === 'Call' && /cache|telemetry|analytic|metric|statsd|track|\blog|progress/i.test(chainOf(node.func)))

/** The code handles another failure already. */
const isAfterFailure = ({ ancestors }: PythonContext) => ancestors.slice(ancestors.findLastIndex(isFunctionDef) + 1).some(({ type }) => type === 'ExceptHandler')

/** The function continues and returns as if the operation had succeeded. */
function isTakenForDone(attempt: { readonly body: readonly PythonNode[]; readonly end: number }, { ancestors }: PythonContext): boolean {
  const owner = ancestors.findLast(isFunctionDef)
  return owner !== undefined && attempt.body.at(-1)?.type !== 'Return' && contains(owner, (node) => node.type === 'Return' && node.start > attempt.end && isAnswer(node.value), outsideFunctions)
}

const isAnswer = (value: PythonExpression | null) => !isDefault(value) || (value?.type === 'Constant' && value.kind === 'bool' && value.value)

/** Returns True on success and False on failure, so callers learn of the failure. */
function isQuestion(attempt: { readonly body: readonly PythonNode[]; readonly orelse: readonly PythonNode[] }, handler: ExceptHandler, name: string): boolean {
  const gives = (body: readonly PythonNode[], value: boolean) => {
    const last = body.at(-1)
    return last?.type === 'Return' && last.value?.type === 'Constant' && last.value.kind === 'bool' && last.value.value === value
  }
  return (gives(attempt.body, true) || gives(attempt.orelse, true)) && gives(handler.body, false) && !worksByName.test(name)
}

const changes = new RegExp(`(?:^|\\.)_*(?:${changing}|(?:${orders})_\\w+)$`)
// Optional operations: caches, metrics, traces, output.
const bestEffort = /cache|telemetry|analytic|metric|track|log|emit|callback|te?mp|std(?:out|err)|import_module/i

/** A statement that changes something; the caller believes that it was done. */
function isWork(body: readonly PythonNode[]): boolean {
  return body.some((statement) => contains(statement, isChange, outsideFunctions))
}

function isChange(node: PythonNode): boolean {
  const call = node.type !== 'Expr' ? undefined : node.value.type === 'Await' ? node.value.value : node.value
  if (call?.type !== 'Call') return false
  const chain = chainOf(call.func)
  // `insert` with a position is a list's method.
  return changes.test(chain) && !bestEffort.test(chain) && !(chain.endsWith('.insert') && call.args.length > 1)
}

/** A short operation whose exception is an answer: the module is not installed, the text is not a number. */
function isProbed(body: readonly PythonNode[]): boolean {
  if (body.length > 2) return false
  if (body.every(({ type }) => type === 'Delete')) return true
  if (body.length === 1 && body.some((statement) => contains(statement, isReadAsJson, outsideFunctions))) return true
  return body.some((statement) => contains(statement, (node) => node.type === 'Import' || node.type === 'ImportFrom' || (node.type === 'Call' && probes.test(chainOf(node.func))), outsideFunctions))
}

/** `len(obj)`, `dir(obj)`: whatever the object is, it may refuse, and by any exception. */
function onlyInspects(body: readonly PythonNode[]): boolean {
  if (body.length > 2 || body.some((each) => contains(each, (node) => node.type === 'Await' || (node.type === 'Call' && asksElsewhere.test(chainOf(node.func)))))) return false
  return body.some((each) => contains(each, (node) => node.type === 'Call' && /^(?:len|dir|repr|vars|iter|eval|__import__)$/.test(chainOf(node.func)) && /^(?:Name|Attribute)$/.test(node.args[0]?.type ?? ''), outsideFunctions))
}

/** What has come is no JSON; that it did not come is another failure. */
const isReadAsJson = (node: PythonNode): boolean => node.type === 'Call' && /^\w+\.json$/.test(chainOf(node.func))

/** Built-in conversions of a value at hand: nothing fails but a value that is none of their kind. */
function onlyConverts(body: readonly PythonNode[]): boolean {
  const holds = (passes: (node: PythonNode) => boolean) => body.some((statement) => contains(statement, passes))
  return holds((node) => node.type === 'Call') && !holds((node) => /^(?:Attribute|Subscript|Await|Yield|YieldFrom|For|While)$/.test(node.type) || (node.type === 'Call' && !isConversion(node)))
}

/** list() of a name may ask a database. */
const isConversion = ({ func, args }: Call): boolean => /^(?:int|float|complex|range|abs|round|\w+_to_(?:int|float)|\w*decode)$/.test(chainOf(func)) || (chainOf(func) === 'list' && args[0]?.type === 'Call')

/** `name = parts[1]`, of a text that the function split: nothing fails but a part that is not there. */
function takesAPart([only, ...more]: readonly PythonNode[], owner: FunctionDef | undefined): boolean {
  if (owner === undefined || more.length > 0 || only?.type !== 'Assign' || only.value.type !== 'Subscript') return false
  const { value, slice } = only.value
  if (value.type !== 'Name' || slice.type !== 'Constant') return false
  return contains(owner, (node) => node.type === 'Assign' && node.value.type === 'Call' && splits.test(chainOf(node.value.func)) && node.targets.flatMap(namesBoundBy).includes(value.id))
}

const splits = /\.(?:r?split\w*|partition|rpartition|groups|findall)$/
