import type { Node } from '@oxc-project/types'
import type { RecordEntry, Statement } from '../../flow/program.ts'
import { requiredModule } from './calls.ts'
import type { Lowering, StatementLowerings } from './lowering.ts'
import { constantOf, keyExpression, spanOf } from './members.ts'
import { exportPath, modulePath } from './modules.ts'

type Of<T extends Node['type']> = Extract<Node, { readonly type: T }>
type Binding = { readonly local: string; readonly path: string }

function lowerDeclarator(node: Of<'VariableDeclarator'>, lowering: Lowering): Statement[] {
  const { id, init } = node
  if (init === null) return []
  const bindings = moduleBindings(id, init, lowering)
  if (bindings !== undefined) return [{ kind: 'import', bindings, ...spanOf(node) }]
  const name = id.type === 'Identifier' ? id.name : undefined
  const target = lowering.pattern(id)
  const exporting = lowering.exporting || (lowering.isTop && name !== undefined && lowering.exported.has(name))
  const value = lowering.inExport(exporting, () => lowering.expression(init, name === undefined ? {} : { name }))
  return [{ kind: 'expression', expression: { kind: 'assign', target, value, ...spanOf(node) }, ...spanOf(node) }]
}

/** `const { exec } = require('child_process')` is an import, as is `const fs = require('fs').promises`. */
function moduleBindings(id: Node, init: Node, lowering: Lowering): Binding[] | undefined {
  const members: string[] = []
  let source = init
  while (source.type === 'MemberExpression' && !source.computed && source.property.type === 'Identifier') {
    members.unshift(source.property.name)
    source = source.object
  }
  const wanted = requiredModule(source, lowering)
  if (wanted === undefined) return undefined
  const own = id.type === 'Identifier' && members.length === 0 ? id.name : undefined
  const path = [modulePath(wanted, own), ...members.filter((member) => member !== 'default')].join('.')
  if (id.type === 'Identifier') return [{ local: lowering.nameOf(id.name), path }]
  if (id.type !== 'ObjectPattern') return undefined
  const bindings = id.properties.map((property) => (property.type === 'Property' && !property.computed && property.key.type === 'Identifier' && property.value.type === 'Identifier' ? { local: lowering.nameOf(property.value.name), path: exportPath(path, property.key.name) } : undefined))
  return bindings.every((binding) => binding !== undefined) ? bindings : undefined
}

function lowerImport(node: Of<'ImportDeclaration'>, lowering: Lowering): Statement[] {
  if (node.importKind === 'type') return []
  const bindings = node.specifiers.flatMap((specifier): Binding[] => {
    if (specifier.type === 'ImportSpecifier' && specifier.importKind === 'type') return []
    return [{ local: lowering.nameOf(specifier.local.name), path: importedPath(specifier, node.source.value) }]
  })
  return [{ kind: 'import', bindings, ...spanOf(node) }]
}

function importedPath(specifier: Of<'ImportDeclaration'>['specifiers'][number], source: string): string {
  if (specifier.type === 'ImportNamespaceSpecifier') return modulePath(source)
  if (specifier.type === 'ImportDefaultSpecifier') return modulePath(source, specifier.local.name)
  const name = specifier.imported.type === 'Identifier' ? specifier.imported.name : specifier.imported.value
  return name === 'default' ? modulePath(source, specifier.local.name) : exportPath(modulePath(source), name)
}

function lowerImportEquals(node: Of<'TSImportEqualsDeclaration'>, lowering: Lowering): Statement[] {
  const local = lowering.nameOf(node.id.name)
  const reference = node.moduleReference
  if (node.importKind === 'type') return []
  const path = reference.type === 'TSExternalModuleReference' ? modulePath(reference.expression.value, node.id.name) : lowering.text.slice(reference.start, reference.end)
  return [{ kind: 'import', bindings: [{ local, path }], ...spanOf(node) }]
}

function lowerEnum(node: Of<'TSEnumDeclaration'>, lowering: Lowering): Statement[] {
  const at = spanOf(node)
  const entries = node.body.members.map((member): RecordEntry => ({
    key: keyExpression(member.id, member.computed, lowering),
    value: member.initializer === null ? { kind: 'literal', value: constantOf(member.id) ?? 0, ...spanOf(member) } : lowering.expression(member.initializer),
  }))
  return [{ kind: 'expression', expression: { kind: 'assign', target: lowering.pattern(node.id), value: { kind: 'record', entries, ...at }, ...at }, ...at }]
}

/** Members of an exported namespace count as exported. */
function lowerNamespace(node: Of<'TSModuleDeclaration'>, lowering: Lowering): Statement[] {
  const body = node.body
  if (node.declare || body === null) return []
  return [{ kind: 'block', body: lowering.statement({ type: 'BlockStatement', body: body.body as Of<'BlockStatement'>['body'], start: body.start, end: body.end }), ...spanOf(node) }]
}

function lowerDefaultExport(node: Of<'ExportDefaultDeclaration'>, lowering: Lowering): Statement[] {
  const { declaration } = node
  return lowering.inExport(true, () => {
    if (declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration' || declaration.type === 'TSInterfaceDeclaration') return lowering.statement(declaration)
    const expression = lowering.expression(declaration)
    return [{ kind: 'expression', expression, ...spanOf(node) }]
  })
}

/** Declarations of variables, imports and exports. */
export const variableLowerings: StatementLowerings = {
  VariableDeclaration: (node, lowering) => (node.declare ? [] : node.declarations.flatMap((each) => lowerDeclarator(each, lowering))),
  ImportDeclaration: lowerImport,
  TSImportEqualsDeclaration: lowerImportEquals,
  TSEnumDeclaration: lowerEnum,
  TSModuleDeclaration: lowerNamespace,
  ExportNamedDeclaration: (node, lowering) => {
    const { declaration } = node
    return declaration === null ? [] : lowering.inExport(true, () => lowering.statement(declaration))
  },
  ExportDefaultDeclaration: lowerDefaultExport,
  TSExportAssignment: (node, lowering) => lowering.inExport(true, () => [{ kind: 'expression', expression: lowering.expression(node.expression), ...spanOf(node) }]),
}
