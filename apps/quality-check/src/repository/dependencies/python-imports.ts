import { LineIndex } from '../../engines/line-index.ts'
import type { PythonExpression, PythonStatement } from '../../python/ast.ts'
import { chainOf } from '../../python/nodes.ts'
import { parsePython } from '../../python/parse.ts'
import type { ImportKind, ImportUse } from './imports.ts'

const dynamicImport = /\bimport_module\(\s*(["'])([\w.]{1,200})\1/g

/** Returns the modules that a Python file loads. Empty when it does not parse. */
export function readPythonImports(text: string): ImportUse[] {
  const parsed = parsePython(text)
  if (parsed.error !== undefined) return []
  const index = new LineIndex(text)
  const uses: ImportUse[] = []
  const add = (use: Pick<ImportUse, 'specifier' | 'level' | 'names'>, kind: ImportKind, start: number, end: number) => uses.push({ ...use, kind, ...index.range(start, end) })
  walk(parsed.module.body, 'needed', (statement, kind) => {
    if (statement.type === 'Import') for (const { name, start, end } of statement.names) add({ specifier: name, level: 0, names: [] }, kind, start, end)
    if (statement.type === 'ImportFrom') add({ specifier: statement.module ?? '', level: statement.level, names: statement.names.map(({ name }) => name) }, kind, statement.start, statement.end)
  })
  for (const { index: at, 2: specifier = '', 0: whole } of text.matchAll(dynamicImport)) add({ specifier, level: 0, names: [] }, 'optional', at, at + whole.length)
  return uses
}

type Visit = (statement: PythonStatement, kind: ImportKind) => void

function walk(statements: readonly PythonStatement[], kind: ImportKind, visit: Visit): void {
  for (const statement of statements) {
    visit(statement, kind)
    for (const [body, inside] of bodiesOf(statement, kind)) walk(body, inside, visit)
  }
}

type Body = readonly [readonly PythonStatement[], ImportKind]

/** The blocks of a statement, and how certain it is that they run. */
function bodiesOf(statement: PythonStatement, kind: ImportKind): readonly Body[] {
  switch (statement.type) {
    case 'If':
      return isTypeChecking(statement.test) ? [[statement.body, 'type'], [statement.orelse, kind]] : [[statement.body, 'optional'], [statement.orelse, 'optional']]
    case 'Try':
    case 'TryStar':
      return [[statement.body, 'optional'], ...statement.handlers.map(({ body }): Body => [body, 'optional']), [statement.orelse, 'optional'], [statement.finalbody, kind]]
    case 'With':
      return [[statement.body, statement.items.some(({ context_expr: given }) => given.type === 'Call' && /(?:^|\.)suppress$/.test(chainOf(given.func))) ? 'optional' : kind]]
    case 'ClassDef':
    case 'AsyncWith':
      return [[statement.body, kind]]
    case 'FunctionDef':
    case 'AsyncFunctionDef':
      return [[statement.body, 'optional']]
    case 'For':
    case 'AsyncFor':
    case 'While':
      return [[statement.body, 'optional'], [statement.orelse, 'optional']]
    case 'Match':
      return statement.cases.map(({ body }): Body => [body, 'optional'])
    default:
      return []
  }
}

function isTypeChecking(test: PythonExpression): boolean {
  return (test.type === 'Name' && test.id === 'TYPE_CHECKING') || (test.type === 'Attribute' && test.attr === 'TYPE_CHECKING')
}
