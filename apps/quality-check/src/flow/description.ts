import type { Argument, Expression } from './program.ts'

const maxLength = 60

/** A short form of the expression for messages: "req.query.id". */
export function describe(expression: Expression): string {
  const text = textOf(expression, 6)
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`
}

function textOf(expression: Expression, depth: number): string {
  if (depth === 0) return '…'
  switch (expression.kind) {
    case 'name':
      return expression.name.replace(/#.*$/, '')
    case 'member':
      return typeof expression.key === 'string' ? `${textOf(expression.object, depth - 1)}.${expression.key}` : `${textOf(expression.object, depth - 1)}[${textOfKey(expression.key)}]`
    case 'call':
      return `${expression.construct ? 'new ' : ''}${textOf(expression.callee, depth - 1)}(${textOfArgument(expression.args[0])})`
    case 'combine':
      return expression.of[0] === undefined ? '…' : textOf(expression.of[0], depth - 1)
    default:
      return '…'
  }
}

function textOfArgument(first: Argument | undefined): string {
  return first?.value.kind === 'literal' && typeof first.value.value === 'string' ? textOfKey(first.value) : ''
}

function textOfKey(key: Expression): string {
  if (key.kind === 'literal') return JSON.stringify(String(key.value)).replaceAll('"', "'").slice(0, 20)
  return key.kind === 'name' ? key.name.replace(/#.*$/, '') : '…'
}
