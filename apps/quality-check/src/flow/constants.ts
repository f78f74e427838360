import { maxConstants } from './values.ts'
import type { Constant } from './program.ts'

type Fold = (a: Constant, b: Constant, python: boolean) => Constant | NotKnown
interface NotKnown {
  readonly notKnown: true
}

const notKnown: NotKnown = { notKnown: true }
const maxTextLength = 2_000

const isNumber = (value: Constant): value is number | bigint => typeof value === 'number' || typeof value === 'bigint'
const ordered = (test: (a: number | string | bigint, b: number | string | bigint) => boolean): Fold => (a, b) => {
  if ((isNumber(a) && isNumber(b)) || (typeof a === 'string' && typeof b === 'string')) return test(a, b)
  return notKnown
}
const arithmetic = (work: (a: number, b: number) => number): Fold => (a, b) => {
  if (typeof a !== 'number' || typeof b !== 'number') return notKnown
  const result = work(a, b)
  return Number.isFinite(result) ? result : notKnown
}
const equal: Fold = (a, b) => (a === b ? true : typeof a === typeof b || a == null || b == null ? a == null && b == null : notKnown)
const negated = (fold: Fold): Fold => (a, b, python) => {
  const result = fold(a, b, python)
  return typeof result === 'boolean' ? !result : notKnown
}
const within: Fold = (a, b) => (typeof a === 'string' && typeof b === 'string' ? b.includes(a) : notKnown)

const binary: Readonly<Record<string, Fold>> = {
  '+': (a, b, python) => {
    if (typeof a === 'string' || typeof b === 'string') return python && typeof a !== typeof b ? notKnown : `${String(a)}${String(b)}`.slice(0, maxTextLength)
    return arithmetic((x, y) => x + y)(a, b, python)
  },
  '-': arithmetic((a, b) => a - b),
  '*': (a, b, python) => {
    if (python && typeof a === 'string' && typeof b === 'number') return b * a.length > maxTextLength ? notKnown : a.repeat(Math.max(0, Math.floor(b)))
    return arithmetic((x, y) => x * y)(a, b, python)
  },
  '/': arithmetic((a, b) => a / b),
  '//': arithmetic((a, b) => Math.floor(a / b)),
  '%': (a, b, python) => arithmetic((x, y) => (python ? x - y * Math.floor(x / y) : x % y))(a, b, python),
  '**': arithmetic((a, b) => a ** b),
  '&': arithmetic((a, b) => a & b),
  '|': arithmetic((a, b) => a | b),
  '^': arithmetic((a, b) => a ^ b),
  '<<': arithmetic((a, b) => a << b),
  '>>': arithmetic((a, b) => a >> b),
  '>>>': arithmetic((a, b) => a >>> b),
  '<': ordered((a, b) => a < b),
  '>': ordered((a, b) => a > b),
  '<=': ordered((a, b) => a <= b),
  '>=': ordered((a, b) => a >= b),
  '==': equal,
  '===': equal,
  is: equal,
  '!=': negated(equal),
  '!==': negated(equal),
  'is not': negated(equal),
  in: within,
  'not in': negated(within),
}

const unary: Readonly<Record<string, (a: Constant) => Constant | NotKnown>> = {
  '!': (a) => !a,
  not: (a) => !a,
  '-': (a) => (typeof a === 'number' ? -a : notKnown),
  '+': (a) => (typeof a === 'number' ? a : notKnown),
  '~': (a) => (typeof a === 'number' ? ~a : notKnown),
  typeof: (a) => (a === null ? 'object' : typeof a),
  void: () => undefined,
}

/** Evaluates an operation on constants. Returns all possible results, or undefined when they are not all known. */
export function foldOperation(operator: string, operands: readonly (readonly Constant[] | undefined)[], python: boolean): readonly Constant[] | undefined {
  const [left, right] = operands
  if (left === undefined || (operands.length === 2 && right === undefined)) return undefined
  // A long sum is a single operation with many operands.
  if (operands.length > 2) return foldOperation(operator, [foldOperation(operator, operands.slice(0, -1), python), operands.at(-1)], python)
  if (operands.length === 1) {
    const fold = Object.hasOwn(unary, operator) ? unary[operator] : undefined
    return fold === undefined ? undefined : gather(left.map(fold))
  }
  const fold = Object.hasOwn(binary, operator) ? binary[operator] : undefined
  if (fold === undefined) return undefined
  return gather(left.flatMap((a) => (right ?? []).map((b) => fold(a, b, python))))
}

/** Concatenates texts. Returns all possible results. */
export function foldText(parts: readonly (readonly Constant[] | undefined)[]): readonly Constant[] | undefined {
  let texts: readonly string[] = ['']
  for (const part of parts) {
    if (part === undefined || part.length * texts.length > maxConstants) return undefined
    texts = texts.flatMap((text) => part.map((constant) => `${text}${String(constant)}`))
    if ((texts[0]?.length ?? 0) > maxTextLength) return undefined
  }
  return texts
}

function gather(results: readonly (Constant | NotKnown)[]): readonly Constant[] | undefined {
  const constants = new Set<Constant>()
  for (const result of results) {
    if (typeof result === 'object' && result !== null) return undefined
    constants.add(result)
  }
  return constants.size > maxConstants ? undefined : [...constants]
}
