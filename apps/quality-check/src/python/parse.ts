import type { PythonComment, PythonModule } from './ast.ts'
import { Cursor, type Grammar } from './cursor.ts'
import { PythonSyntaxFault, tokenize } from './lexer.ts'
import { parseAtom } from './parse-atoms.ts'
import { parseParameters } from './parse-parameters.ts'
import { parseStatements } from './parse-statements.ts'

const grammar: Grammar = { atom: parseAtom, parameters: parseParameters }

export type ParsedPython =
  | { readonly module: PythonModule; readonly comments: readonly PythonComment[]; readonly error?: undefined }
  | { readonly error: { readonly message: string; readonly offset: number; readonly isTooDeep: boolean } }

/** Parses Python 3.8 and later. Returns an error for any other text, and for one that is nested more deeply than people write. */
export function parsePython(text: string): ParsedPython {
  try {
    const { tokens, comments } = tokenize(text)
    const cursor = new Cursor(text, tokens, grammar)
    const body = parseStatements(cursor)
    cursor.expectKind('end')
    return { module: { type: 'Module', start: 0, end: text.length, body }, comments }
  } catch (error) {
    if (error instanceof PythonSyntaxFault) return { error: { message: error.message, offset: error.offset, isTooDeep: error.isTooDeep } }
    throw error
  }
}
