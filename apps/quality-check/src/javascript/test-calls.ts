import type { CallExpression, Node, Program } from '@oxc-project/types'
import type { JavaScriptContext } from '../rules/rule.ts'
import { bare, chainOf, isFunction, textIn, type FunctionNode } from './nodes.ts'

/** A call that declares a test or a group of them. */
export interface TestCall {
  readonly kind: 'test' | 'group'
  /** What stands behind the first name: ["skip"] of it.skip, and the x or f before it as "skip" and "only". */
  readonly modifiers: readonly string[]
  /** Empty when it is worked out. */
  readonly title: string
  readonly options: Node | undefined
  readonly body: FunctionNode | undefined
}

const frameworks = /^(node:test|vitest|bun:test|mocha|jest|@jest\/globals|jasmine|ava|tap|tape|uvu|qunit|@playwright\/test|@japa\/runner|@std\/testing.*)$/
const names = /^(x|f)?(it|test|specify|describe|suite|context)$/
const groups = new Set(['describe', 'suite', 'context'])
const modifier = /^(skip|only|todo|fixme|fails|failing|each|for|concurrent|sequential|parallel|serial|describe|skipIf|runIf|step|extend|shuffle)(\(\))?$/

const known = new WeakMap<Program, boolean>()

/** Whether a file holds tests: by its place, or by what it imports. */
export function holdsTests({ program, fileClass }: JavaScriptContext): boolean {
  if (fileClass === 'test') return true
  let found = known.get(program)
  if (found === undefined) {
    found = program.body.some((each) => (each.type === 'ImportDeclaration' && frameworks.test(each.source.value)) || requiresFramework(each))
    known.set(program, found)
  }
  return found
}

function requiresFramework(statement: Node): boolean {
  if (statement.type !== 'VariableDeclaration') return false
  return statement.declarations.some(({ init }) => {
    if (init == null) return false
    const call = bare(init)
    const required = call.type === 'MemberExpression' ? call.object : call
    return required.type === 'CallExpression' && chainOf(required.callee) === 'require' && frameworks.test(textIn(required.arguments[0]) ?? '')
  })
}

/** Reads a call as a declaration of a test; undefined for any other. */
export function testCallOf(node: CallExpression): TestCall | undefined {
  const chain = chainOf(node.callee)
  if (chain === '' || chain.length > 60) return undefined
  const [root = '', ...rest] = chain.replace(/^(Deno|QUnit)\./, '').split('.')
  const [, letter, word = ''] = names.exec(root.replace(/\(\)$/, '')) ?? []
  if (word === '' || root.endsWith('()') || !rest.every((name) => modifier.test(name))) return undefined
  const plain = rest.map((name) => name.replace('()', ''))
  const [title, ...others] = node.arguments
  const bodies = node.arguments.filter((argument) => isFunction(argument))
  return {
    kind: groups.has(word) || plain.includes('describe') ? 'group' : 'test',
    modifiers: [...(letter === 'x' ? ['skip'] : letter === 'f' ? ['only'] : []), ...plain],
    title: title === undefined ? '' : (textIn(title) ?? ''),
    options: others.find(({ type }) => type === 'ObjectExpression'),
    body: bodies.at(-1),
  }
}

/** The value of an option given as an object: { skip: true }. */
export function optionOf(options: Node | undefined, name: string): Node | undefined {
  if (options?.type !== 'ObjectExpression') return undefined
  const property = options.properties.find((each) => each.type === 'Property' && each.key.type === 'Identifier' && each.key.name === name)
  return property?.type === 'Property' ? property.value : undefined
}
