import type { TypeParameter } from './ast.ts'
import type { Cursor } from './cursor.ts'
import { parseElement, parseTest } from './parse-expressions.ts'

/** [T: int = str, *Ts, **P] after a name, if present. */
export function parseTypeParameters(cursor: Cursor): TypeParameter[] {
  if (!cursor.accept('[')) return []
  const parameters: TypeParameter[] = []
  while (!cursor.accept(']')) {
    parameters.push(parseTypeParameter(cursor))
    if (!cursor.accept(',') && !cursor.at(']')) cursor.fail('expected , or ]')
  }
  return parameters
}

function parseTypeParameter(cursor: Cursor): TypeParameter {
  const { start } = cursor
  const type = cursor.accept('**') ? 'ParamSpec' : cursor.accept('*') ? 'TypeVarTuple' : 'TypeVar'
  const name = cursor.expectName().text
  const bound = cursor.accept(':') ? parseTest(cursor) : null
  const preset = cursor.accept('=') ? parseElement(cursor) : null
  return { type, start, end: cursor.end, name, bound, default_value: preset }
}
