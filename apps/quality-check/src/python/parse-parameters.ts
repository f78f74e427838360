import type { Arg, PythonArguments, PythonExpression } from './ast.ts'
import type { Cursor } from './cursor.ts'
import { parseElement, parseTest } from './parse-expressions.ts'

interface Draft {
  posonlyargs: Arg[]
  args: Arg[]
  defaults: PythonExpression[]
  vararg: Arg | null
  kwonlyargs: Arg[]
  kw_defaults: (PythonExpression | null)[]
  kwarg: Arg | null
}

/** Parameters up to the closing token, which is not consumed: ")" of a function, whose parameters may have types, or ":" of a lambda. */
export function parseParameters(cursor: Cursor, closing: ')' | ':'): PythonArguments {
  const { start } = cursor
  const draft: Draft = { posonlyargs: [], args: [], defaults: [], vararg: null, kwonlyargs: [], kw_defaults: [], kwarg: null }
  let byKeyword = false
  while (!cursor.at(closing)) {
    if (cursor.accept('/')) {
      draft.posonlyargs = draft.args
      draft.args = []
    } else if (cursor.accept('**')) draft.kwarg = parseArg(cursor, closing)
    else if (cursor.accept('*')) {
      byKeyword = true
      if (!cursor.at(',')) draft.vararg = parseArg(cursor, closing)
    } else parseOne(cursor, closing, draft, byKeyword)
    if (!cursor.accept(',') && !cursor.at(closing)) cursor.fail(`expected , or ${closing}`)
  }
  return { type: 'arguments', start, end: Math.max(start, cursor.end), ...draft }
}

function parseOne(cursor: Cursor, closing: ')' | ':', draft: Draft, byKeyword: boolean): void {
  const arg = parseArg(cursor, closing)
  const value = cursor.accept('=') ? parseTest(cursor) : null
  if (byKeyword) {
    draft.kwonlyargs.push(arg)
    draft.kw_defaults.push(value)
    return
  }
  draft.args.push(arg)
  if (value !== null) draft.defaults.push(value)
}

function parseArg(cursor: Cursor, closing: ')' | ':'): Arg {
  const { start, text } = cursor.expectName()
  const annotation = closing === ')' && cursor.accept(':') ? parseElement(cursor) : null
  return { type: 'arg', start, end: cursor.end, arg: text, annotation }
}
