import type { Node } from '@oxc-project/types'
import { bare, chainOf, childrenOf, isFunction, lastName, namesBoundBy } from './nodes.ts'

/** The declaration of a name that is visible inside the ancestors. */
export interface Declaration {
  readonly kind: 'variable' | 'parameter'
  readonly node: Node
  /** The initial value of a variable. */
  readonly init: Node | undefined
  readonly type: Node | undefined
}

export function declarationOf(name: string, ancestors: readonly Node[]): Declaration | undefined {
  for (const scope of ancestors.toReversed()) {
    if (isFunction(scope)) {
      const parameter = scope.params.find((each) => namesBoundBy(each).includes(name))
      if (parameter !== undefined) return { kind: 'parameter', node: parameter, init: undefined, type: typeOf(parameter) }
    }
    const found = isFunction(scope) || scope.type === 'Program' ? declaredBelow(scope).get(name) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

const known = new WeakMap<Node, ReadonlyMap<string, Declaration>>()

/** The variables below a scope, except in inner functions; of two with one name, the first. */
function declaredBelow(scope: Node): ReadonlyMap<string, Declaration> {
  const before = known.get(scope)
  if (before !== undefined) return before
  const declared = new Map<string, Declaration>()
  collect(scope, declared)
  known.set(scope, declared)
  return declared
}

function collect(node: Node, declared: Map<string, Declaration>): void {
  for (const child of childrenOf(node)) {
    if (child.type === 'VariableDeclarator') {
      const declaration: Declaration = { kind: 'variable', node: child, init: child.id.type === 'Identifier' ? (child.init ?? undefined) : undefined, type: typeOf(child.id) }
      for (const name of namesBoundBy(child.id)) if (!declared.has(name)) declared.set(name, declaration)
    }
    if (!isFunction(child) && !child.type.startsWith('Class')) collect(child, declared)
  }
}

function typeOf(pattern: Node): Node | undefined {
  return pattern.type === 'Identifier' && pattern.typeAnnotation != null ? pattern.typeAnnotation.typeAnnotation : undefined
}

const listMakers = /^(map|filter|flatMap|concat|sort|toSorted|reverse|toReversed|split|from|keys|values|entries|flat)$/

/** Whether a declaration is certainly a list of unknown length. */
export function isGrowingList({ init, type }: Declaration): boolean {
  if (type !== undefined) return isListType(type) && !isWrittenList(init)
  if (init === undefined) return false
  const value = bare(init)
  if (value.type === 'ArrayExpression') return !isWrittenList(value)
  if (value.type !== 'CallExpression') return false
  const chain = chainOf(value.callee)
  if (/^Object\.(keys|values|entries)$/.test(chain) || chain === 'Array.from') return true
  return listMakers.test(lastName(chain)) && !/^(keys|values|entries|from)$/.test(lastName(chain))
}

const isWrittenList = (init: Node | undefined) => init?.type === 'ArrayExpression' && init.elements.length > 0 && init.elements.every((element) => element?.type !== 'SpreadElement')

function isListType(type: Node): boolean {
  if (type.type === 'TSArrayType') return true
  if (type.type === 'TSTypeOperator') return type.operator === 'readonly' && isListType(type.typeAnnotation)
  return type.type === 'TSTypeReference' && type.typeName.type === 'Identifier' && /^(Array|ReadonlyArray)$/.test(type.typeName.name)
}
