import type { Node } from '@oxc-project/types'

/** The names that a binding pattern binds. */
export function boundNames(pattern: Node | null): string[] {
  const names: string[] = []
  const open: (Node | null)[] = [pattern]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === null) continue
    if (node.type === 'Identifier') names.push(node.name)
    else if (node.type === 'ObjectPattern') open.push(...node.properties)
    else if (node.type === 'Property') open.push(node.value)
    else if (node.type === 'ArrayPattern') open.push(...node.elements)
    else if (node.type === 'AssignmentPattern') open.push(node.left)
    else if (node.type === 'RestElement') open.push(node.argument)
    else if (node.type === 'TSParameterProperty') open.push(node.parameter)
  }
  return names
}

/** The names that let, const, class, function, enum, namespace and import bind directly in these statements. */
export function blockNames(statements: readonly Node[]): string[] {
  return statements.flatMap((statement) => declaredBy(exportedPart(statement)))
}

function exportedPart(statement: Node): Node {
  const exports = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration'
  return exports && statement.declaration !== null ? statement.declaration : statement
}

function declaredBy(node: Node): string[] {
  switch (node.type) {
    case 'VariableDeclaration':
      return node.kind === 'var' ? [] : node.declarations.flatMap(({ id }) => boundNames(id))
    case 'ImportDeclaration':
      return node.specifiers.map(({ local }) => local.name)
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'TSEnumDeclaration':
    case 'TSModuleDeclaration':
    case 'TSImportEqualsDeclaration':
      return boundNames(node.id)
    case 'LabeledStatement':
      return declaredBy(node.body)
    default:
      return []
  }
}

/** The names that var binds anywhere in these statements, except in inner functions. */
export function hoistedNames(statements: readonly Node[]): string[] {
  const names: string[] = []
  const open: (Node | null)[] = [...statements]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === null) continue
    if (node.type === 'VariableDeclaration') names.push(...(node.kind === 'var' ? node.declarations.flatMap(({ id }) => boundNames(id)) : []))
    else open.push(...innerStatements(exportedPart(node)))
  }
  return names
}

function innerStatements(node: Node): readonly (Node | null)[] {
  switch (node.type) {
    case 'VariableDeclaration':
      return [node]
    case 'BlockStatement':
      return node.body
    case 'IfStatement':
      return [node.consequent, node.alternate]
    case 'ForStatement':
      return [node.init, node.body]
    case 'ForInStatement':
    case 'ForOfStatement':
      return [node.left, node.body]
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'LabeledStatement':
    case 'WithStatement':
      return [node.body]
    case 'TryStatement':
      return [node.block, node.handler === null ? null : node.handler.body, node.finalizer]
    case 'SwitchStatement':
      return node.cases.flatMap(({ consequent }) => consequent)
    default:
      return []
  }
}
