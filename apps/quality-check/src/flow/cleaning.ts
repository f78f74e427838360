import { isPlace, peek, put } from './places.ts'
import type { Argument, Expression } from './program.ts'
import type { Run } from './run.ts'
import type { Frame } from './scope.ts'
import { cleanTaints, noTaints, type Origin } from './taint.ts'
import { deepTaints } from './values.ts'

/** Calls `work` with the expression that was last assigned to a variable. It is hidden meanwhile, because it may contain the variable itself: `x = x || y`. */
export function withDefinition(run: Run, name: string, frame: Frame, work: (definition: Expression) => void): void {
  const told = run.tests.get(name)
  if (told?.frame !== frame) return
  run.tests.delete(name)
  work(told.test)
  run.tests.set(name, told)
}

export function cleanAll(run: Run, args: readonly Argument[], mask: bigint | undefined, frame: Frame): void {
  for (const { value } of args) clean(run, value, mask, frame)
}

/** Marks everything that flows into the expression as harmless from here on, for the rules in the mask or, without one, for all. */
export function clean(run: Run, expression: Expression, mask: bigint | undefined, frame: Frame, depth = 0): void {
  if (depth > 6 || mask === 0n) return
  const lookedUp = placeOfLookup(expression)
  if (lookedUp !== undefined) return clean(run, lookedUp, mask, frame, depth)
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

/** `form.get('next')` returns the same value each time, so it is treated like a field. */
function placeOfLookup(expression: Expression): Expression | undefined {
  if (expression.kind !== 'call' || expression.callee.kind !== 'member' || expression.callee.key !== 'get' || !isPlace(expression.callee.object)) return undefined
  const [key] = expression.args
  return key?.value.kind === 'literal' && typeof key.value.value === 'string' ? { kind: 'member', object: expression.callee.object, key: key.value, start: expression.start, end: expression.end } : undefined
}

/** The values from which a variable was computed are as harmless as the variable: `host = urlparse(u).hostname`. */
export function cleanOrigins(run: Run, place: Expression, origin: Origin | undefined, mask: bigint | undefined, frame: Frame, depth: number): void {
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

// Functions whose result keeps the argument, so that a check of the result covers the argument. A function that returns a file's extension is not among them.
const wholes = /^(?:realpath|abspath|resolve|normpath|normalize|join|real[pP]athSync|realpathSync|trim|strip|lower|upper|toLowerCase|toUpperCase|casefold|toString|String|str|unquote|decodeURIComponent|decodeURI|decode|parse|urlparse|urlsplit|url_parse|parse_url|URL|Path|PurePath|expanduser|expandvars|fsdecode|relative|relpath|commonpath|is_relative_to|dirname)$/
const hosts = new Set(['hostname', 'host', 'netloc', 'origin', 'href', 'parent', 'parents', 'pathname'])

/** The operands that the expression contains entirely. */
function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'call':
      return partsOfCall(expression)
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

function partsOfCall({ callee, args }: Extract<Expression, { readonly kind: 'call' }>): readonly Expression[] {
  const name = nameOfCallee(callee)
  if (!wholes.test(name)) return []
  return [...args.map(({ value }) => value), ...(callee.kind === 'member' ? [callee.object] : [])]
}

/** The last segment of the called name; empty when there is none. */
export function nameOfCallee(callee: Expression): string {
  if (callee.kind === 'name') return callee.name
  return callee.kind === 'member' && typeof callee.key === 'string' ? callee.key : ''
}
