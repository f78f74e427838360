import type { CallExpression, Node, Program } from '@oxc-project/types'
import type { JavaScriptContext } from '../rules/rule.ts'
import { boundNames } from './lowering/declarations.ts'
import { bare, chainOf, isFunction, textIn, type FunctionNode } from './nodes.ts'

/** A call that declares a test or a group of tests. */
export interface TestCall {
  readonly kind: 'test' | 'group'
  /** The modifiers after the first name: ["skip"] for it.skip. The prefixes x and f count as "skip" and "only". */
  readonly modifiers: readonly string[]
  /** Empty when it is not a constant. */
  readonly title: string
  readonly options: Node | undefined
  readonly body: FunctionNode | undefined
}

const frameworks = /^(node:test|vitest|bun:test|mocha|jest|@jest\/globals|jasmine|ava|tap|tape|uvu|qunit|@playwright\/test|@japa\/runner|@std\/testing.*)$/
const names = /^(x|f)?(it|test|specify|describe|suite|context)$/
// The package under test, as imported by its own tests.
const packageRoot = /^(?:\.|\.\.)(?:\/\.\.)*\/?(?:index(?:\.\w+)?)?$/
const declaring = /^(?:test|it|describe|suite|tape)$/
const groups = new Set(['describe', 'suite', 'context'])
const modifier = /^(skip|only|todo|fixme|fails|failing|each|for|concurrent|sequential|parallel|serial|describe|skipIf|runIf|step|extend|shuffle)(\(\))?$/

const known = new WeakMap<Program, boolean>()

/** Whether a file contains tests, by its path or its imports. Tests of test frameworks do not count: they skip and compare on purpose. */
export function holdsTests({ program, fileClass }: JavaScriptContext): boolean {
  let found = known.get(program)
  if (found === undefined) {
    const modules = program.body.flatMap(importsOf)
    const isFramework = modules.some(({ source, names }) => packageRoot.test(source) && names.some((name) => declaring.test(name)))
    found = !isFramework && (fileClass === 'test' || modules.some(({ source }) => frameworks.test(source)))
    known.set(program, found)
  }
  return found
}

const loaded = /(?:\brequire\(|\bfrom|\bimport\(?)\s*["']([^"']+)["']/g

const testModule = /[._-](?:test|spec)(?:\.[cm]?[jt]sx?)?$/

/** What a test file imports besides its test runner: something to test, only other test files (it gathers them), or nothing, as sample input of a test runner does. */
export const subjectsOf = (context: JavaScriptContext): Loads['subjects'] => loadsOf(context).subjects

/** Whether a file imports anything. Sample input of a test runner mostly does not. */
export const loadsAnything = (context: JavaScriptContext): boolean => loadsOf(context).anything

interface Loads {
  readonly anything: boolean
  readonly subjects: 'code' | 'tests' | 'none'
}

const knownLoads = new WeakMap<Program, Loads>()

function loadsOf({ program, text }: JavaScriptContext): Loads {
  const known = knownLoads.get(program)
  if (known !== undefined) return known
  const sources = [...text.matchAll(loaded)].map(([, source = '']) => source)
  const subjects = sources.filter((source) => !frameworks.test(source))
  const loads: Loads = { anything: sources.length > 0, subjects: subjects.length === 0 ? 'none' : subjects.every((source) => testModule.test(source)) ? 'tests' : 'code' }
  knownLoads.set(program, loads)
  return loads
}

/** The imported or required module of a statement, and the names it binds. */
function importsOf(statement: Node): { readonly source: string; readonly names: readonly string[] }[] {
  if (statement.type === 'ImportDeclaration') return [{ source: statement.source.value, names: statement.specifiers.map(({ local }) => local.name) }]
  if (statement.type !== 'VariableDeclaration') return []
  return statement.declarations.flatMap(({ id, init }) => {
    if (init == null) return []
    const call = bare(init)
    const required = call.type === 'MemberExpression' ? call.object : call
    if (required.type !== 'CallExpression' || chainOf(required.callee) !== 'require') return []
    return [{ source: textIn(required.arguments[0]) ?? '', names: boundNames(id) }]
  })
}

/** Reads a call as the declaration of a test; undefined for any other call. */
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

/** The span in which comments on a test are written: from its call to its first statement. */
export function headOf(node: CallExpression, { body }: TestCall): { readonly start: number; readonly end: number } {
  const first = body?.body?.type === 'BlockStatement' ? body.body.body[0] : undefined
  return { start: node.start, end: first?.start ?? node.arguments[0]?.end ?? node.end }
}

/** The value of an option in an object: { skip: true }. */
export function optionOf(options: Node | undefined, name: string): Node | undefined {
  if (options?.type !== 'ObjectExpression') return undefined
  const property = options.properties.find((each) => each.type === 'Property' && each.key.type === 'Identifier' && each.key.name === name)
  return property?.type === 'Property' ? property.value : undefined
}
