import type { Expression, Span } from '../../flow/program.ts'
import type { PythonExpression } from '../ast.ts'
import { type Lowering, literalOf, type PythonOf, spanOf } from './lowering.ts'

type Binary = PythonOf<'BinOp'>

const longestChain = 400

/** Concatenated text becomes `concat`; everything else is an operation. */
export function lowerBinary(lowering: Lowering, node: Binary): Expression {
  if (node.op === '%' && node.left.type === 'Constant' && node.left.kind === 'str') return lowerPrintf(lowering, node, node.left.value)
  const pieces = node.op === '+' ? chainOf(node) : []
  if (pieces.some(isText)) return { kind: 'concat', parts: pieces.map((piece) => lowering.expression(piece)), ...spanOf(node) }
  return { kind: 'operation', operator: node.op, operands: [lowering.expression(node.left), lowering.expression(node.right)], ...spanOf(node) }
}

/** The operands of a + b + c from left to right, without recursion. */
function chainOf(node: Binary): PythonExpression[] {
  const pieces: PythonExpression[] = []
  let at: PythonExpression = node
  while (at.type === 'BinOp' && at.op === '+' && pieces.length < longestChain) {
    pieces.push(at.right)
    at = at.left
  }
  pieces.push(at)
  return pieces.reverse()
}

/** Python adds text to text only, so one text operand makes all of them text. */
function isText(node: PythonExpression): boolean {
  if (node.type === 'JoinedStr') return true
  if (node.type === 'Constant') return node.kind === 'str'
  if (node.type === 'BinOp') return node.op === '%' && isText(node.left)
  return node.type === 'Call' && (node.func.type === 'Name' ? node.func.id === 'str' : node.func.type === 'Attribute' && isText(node.func.value))
}

// A numeric conversion rejects anything but numbers.
const numeric = /[bcdeEfFgGnoxX%]$/

export function lowerFormatted(lowering: Lowering, node: PythonOf<'JoinedStr'>): Expression {
  const parts = node.values.map((value): Expression => {
    if (value.type !== 'FormattedValue') return lowering.expression(value)
    const inner = lowering.expression(value.value)
    const spec = value.format_spec?.type === 'JoinedStr' ? value.format_spec.values.at(-1) : undefined
    const isNumber = value.conversion === '' && spec?.type === 'Constant' && typeof spec.value === 'string' && numeric.test(spec.value)
    return isNumber ? asNumber(inner, value) : inner
  })
  return { kind: 'concat', parts, ...spanOf(node) }
}

/** Text does not pass through a number, but a predictable number stays predictable. */
function asNumber(value: Expression, at: Span): Expression {
  return { kind: 'call', callee: { kind: 'name', name: 'int', ...spanOf(at) }, args: [{ value }], construct: false, ...spanOf(at) }
}

const printf = /%(?:\(([^()]{0,100})\))?[-+ #0]{0,5}(?:\*|\d+)?(?:\.(?:\*|\d+))?[hlL]?([diouxXeEfFgGcrsa%])/g

/** "a %s b %(c)d" % values */
function lowerPrintf(lowering: Lowering, node: Binary, format: string): Expression {
  const parts: Expression[] = []
  const values = node.right.type === 'Tuple' ? node.right.elts.map((value) => lowering.expression(value)) : [lowering.expression(node.right)]
  let from = 0
  let taken = 0
  for (const match of format.matchAll(printf)) {
    const [whole, key, type] = match
    addText(parts, format.slice(from, match.index), node.left)
    from = match.index + whole.length
    if (type === '%') addText(parts, '%', node.left)
    else {
      const value = valueFor(lowering, node, values, key, taken++)
      parts.push(type === 's' || type === 'r' || type === 'a' ? value : asNumber(value, value))
    }
  }
  addText(parts, format.slice(from), node.left)
  return { kind: 'concat', parts, ...spanOf(node) }
}

function valueFor(lowering: Lowering, node: Binary, values: readonly Expression[], key: string | undefined, index: number): Expression {
  const [first] = values
  if (key === undefined || first === undefined) return values[index] ?? { kind: 'combine', of: values, ...spanOf(node.right) }
  return entryOf(lowering, node.right, key) ?? { kind: 'member', object: first, key, ...spanOf(first) }
}

function entryOf(lowering: Lowering, node: PythonExpression, name: string): Expression | undefined {
  if (node.type !== 'Dict') return undefined
  const index = node.keys.findIndex((key) => key?.type === 'Constant' && key.value === name)
  const value = node.values[index]
  return value === undefined ? undefined : lowering.expression(value)
}

function addText(parts: Expression[], text: string, at: PythonExpression): void {
  if (text !== '') parts.push(literalOf(text, at))
}

const replacement = /\{\{|\}\}|\{([^{}!:]*)(?:![rsa])?(?::([^{}]*(?:\{[^{}]*\}[^{}]*)*))?\}/g

/** "{} {a.b[c]}".format(...); undefined when the arguments are not known. */
export function lowerFormat(lowering: Lowering, node: PythonOf<'Call'>, format: string): Expression | undefined {
  if (node.args.some(({ type }) => type === 'Starred') || node.keywords.some(({ arg }) => arg === null)) return undefined
  const parts: Expression[] = []
  let from = 0
  let taken = 0
  for (const match of format.matchAll(replacement)) {
    const [whole, field = '', spec = ''] = match
    addText(parts, format.slice(from, match.index), node.func)
    from = match.index + whole.length
    if (whole === '{{' || whole === '}}') {
      addText(parts, whole.charAt(0), node.func)
      continue
    }
    const name = /^[^.[]*/.exec(field)?.[0] ?? ''
    const value = argumentFor(node, name === '' ? String(taken++) : name)
    if (value === undefined) return undefined
    const lowered = readField(lowering.expression(value), field.slice(name.length))
    parts.push(numeric.test(spec) ? asNumber(lowered, value) : lowered)
  }
  addText(parts, format.slice(from), node.func)
  return { kind: 'concat', parts, ...spanOf(node) }
}

function argumentFor(node: PythonOf<'Call'>, name: string): PythonExpression | undefined {
  return /^\d+$/.test(name) ? node.args[Number(name)] : node.keywords.find(({ arg }) => arg === name)?.value
}

function readField(value: Expression, path: string): Expression {
  const keys = [...path.matchAll(/\.(\w+)|\[([^\]]*)\]/g)]
  return keys.reduce<Expression>((object, [, name, key = '']) => ({ kind: 'member', object, key: name ?? key, start: value.start, end: value.end }), value)
}
