import type { Node } from '@oxc-project/types'

/** Top-level names that other files can access: in export lists, or assigned to module.exports. */
export function exportedNames(body: readonly Node[]): ReadonlySet<string> {
  return new Set(body.flatMap(namesOf))
}

function namesOf(statement: Node): string[] {
  if (statement.type === 'ExportNamedDeclaration') return statement.source === null ? statement.specifiers.flatMap(({ local }) => identifier(local)) : []
  if (statement.type === 'ExportDefaultDeclaration') return identifier(statement.declaration)
  if (statement.type === 'TSExportAssignment') return identifier(statement.expression)
  if (statement.type !== 'ExpressionStatement' || statement.expression.type !== 'AssignmentExpression') return []
  const { left, right } = statement.expression
  return isExportTarget(left) ? valueNames(right) : []
}

function valueNames(value: Node): string[] {
  if (value.type === 'AssignmentExpression') return valueNames(value.right)
  if (value.type !== 'ObjectExpression') return identifier(value)
  return value.properties.flatMap((property) => (property.type === 'Property' ? identifier(property.value) : []))
}

function identifier(node: Node): string[] {
  return node.type === 'Identifier' ? [node.name] : []
}

/** module.exports, exports.x, module.exports.x. */
export function isExportTarget(target: Node): boolean {
  if (target.type !== 'MemberExpression') return false
  const { object, property } = target
  if (object.type === 'Identifier') return object.name === 'exports' || (object.name === 'module' && property.type === 'Identifier' && property.name === 'exports')
  return object.type === 'MemberExpression' && isExportTarget(object)
}
