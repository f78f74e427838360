import type { Node } from '@oxc-project/types'
import { bare, chainOf, contains, enclosingFunction, isFunction, lastName, mentions, namesBoundBy, walk } from '../../../javascript/nodes.ts'
import type { JavaScriptContext, JavaScriptRule } from '../../rule.ts'

const cleaning = /saniti[sz]e|purify|escape|encode(?!URI)|trusted|safe|clean|strip/i
const markdown = /^(?:marked|markdown|md|snarkdown|showdown|micromark|converter)$|(?:^|\.)(?:marked|md|markdownIt|converter|marked\.parse|md\.render)$/
const answer = /(?:^|\.)(?:json|text)$/

export const rule: JavaScriptRule = {
  id: 'fetched-markup',
  kind: 'javascript',
  title: 'Markup made of what a server answered',
  why: 'Whoever wrote what the server keeps, a comment, a name, a note, can put a script into it, and it runs in the page of everybody who reads it.',
  fix: 'Put it in as text (textContent, {value}), or clean the markup with DOMPurify first.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript'],
  cwe: 'CWE-79',
  securitySeverity: 6.1,
  inTests: 'off',
  on: {
    AssignmentExpression(node, context) {
      if (node.left.type !== 'MemberExpression' || node.left.computed || !/^(?:innerHTML|outerHTML)$/.test(lastName(`.${node.left.property.type === 'Identifier' ? node.left.property.name : ''}`))) return
      check(node.right, context)
    },
    CallExpression(node, context) {
      if (lastName(chainOf(node.callee)) === 'insertAdjacentHTML' && node.arguments[1] !== undefined) check(node.arguments[1], context)
    },
    JSXAttribute(node, context) {
      if (node.name.type !== 'JSXIdentifier' || node.name.name !== 'dangerouslySetInnerHTML' || node.value?.type !== 'JSXExpressionContainer' || node.value.expression.type !== 'ObjectExpression') return
      for (const each of node.value.expression.properties) if (each.type === 'Property') check(each.value, context)
    },
  },
}

function check(given: Node, context: JavaScriptContext): void {
  const value = bare(given)
  if (value.type === 'Literal' || cleaning.test(context.textOf(value))) return
  const owner = enclosingFunction(context.ancestors)
  if (owner?.body == null) return
  const scope = context.ancestors.find((each) => isFunction(each)) ?? owner
  const fetched = namesFetchedIn(scope, context)
  const name = [...fetched].find(([each]) => mentions(value, each))
  if (name === undefined) return
  const [read, kind] = name
  // A server's own fragment of a page is put in whole; fields are data.
  const isMade = value.type === 'TemplateLiteral' || value.type === 'BinaryExpression' || value.type === 'CallExpression' || value.type === 'MemberExpression'
  if (kind === 'markup' || (kind === 'data' && isMade)) context.report(given, { message: `${read} comes from a server's answer and is put into the page as markup`, advice: 'unless_new' })
}

type Fetched = 'data' | 'markup'

// A page's script may set markup in many places of one function.
const namesFetched = new WeakMap<Node, ReadonlyMap<string, Fetched>>()

/** Names that hold what fetch() brought: data, or markup that was made of it. */
function namesFetchedIn(scope: Node, context: JavaScriptContext): ReadonlyMap<string, Fetched> {
  let names = namesFetched.get(scope)
  if (names === undefined) namesFetched.set(scope, (names = findNamesFetched(scope, context)))
  return names
}

function findNamesFetched(scope: Node, { textOf }: JavaScriptContext): ReadonlyMap<string, Fetched> {
  const names = new Map<string, Fetched>()
  if (!contains(scope, isFetch)) return names
  const setters = new Map<string, string>()
  for (let before = -1; before !== names.size; ) {
    before = names.size
    walk(scope, (node) => {
      if (node.type === 'VariableDeclarator' && node.init !== null) {
        if (node.id.type === 'ArrayPattern' && /^(?:React\.)?useState\(\)$/.test(chainOf(node.init))) {
          const [state, setter] = node.id.elements
          if (state?.type === 'Identifier' && setter?.type === 'Identifier') setters.set(setter.name, state.name)
        } else give(namesBoundBy(node.id), node.init)
      }
      if (node.type === 'ForOfStatement' && node.left.type === 'VariableDeclaration') give(node.left.declarations.flatMap(({ id }) => namesBoundBy(id)), node.right)
      if (node.type !== 'CallExpression') return
      const [first] = node.arguments
      const state = setters.get(chainOf(node.callee))
      if (state !== undefined && first !== undefined) give([state], first)
      // fetch(…).then((response) => response.json()).then(setComment), and .then((text) => …).
      const callee = bare(node.callee)
      if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier' || callee.property.name !== 'then' || !contains(callee.object, isFetch) || first === undefined) return
      const brought = kindOf(callee.object)
      if (brought === undefined) return
      if (first.type === 'Identifier' && setters.has(first.name)) set([setters.get(first.name) as string], brought)
      const [parameter] = isFunction(first) ? first.params : []
      if (parameter !== undefined) set(namesBoundBy(parameter), brought)
    })
  }
  return names

  function give(bound: readonly string[], from: Node): void {
    const kind = kindOf(from)
    if (kind !== undefined) set(bound, kind)
  }
  function set(bound: readonly string[], kind: Fetched): void {
    for (const name of bound) if (names.get(name) !== 'markup') names.set(name, kind)
  }
  function kindOf(from: Node): Fetched | undefined {
    if (cleaning.test(textOf(from))) return undefined
    let kind: Fetched | undefined
    walk(from, visit)
    return kind

    function visit(node: Node): boolean {
      if (node.type === 'CallExpression') {
        const name = chainOf(node.callee)
        if (lastName(name) === 'json' && node.arguments.length === 0) kind ??= 'data'
        if (lastName(name) === 'text' && node.arguments.length === 0) kind ??= 'data'
        if (markdown.test(name) && node.arguments.some((each) => [...names.keys()].some((known) => mentions(each, known)))) kind = 'markup'
      }
      if (node.type === 'Identifier' && names.has(node.name)) kind ??= names.get(node.name)
      // The names of fields are none of variables, and in labels[task.state] what was brought only chooses.
      const held = node.type === 'Property' && !node.computed ? node.value : node.type === 'MemberExpression' && (!node.computed || (node.object.type === 'Identifier' && !names.has(node.object.name))) ? node.object : undefined
      if (held !== undefined) walk(held, visit)
      return held === undefined
    }
  }
}

const isFetch = (node: Node): boolean => node.type === 'CallExpression' && (/(?:^|\.)fetch$/.test(chainOf(node.callee)) || (answer.test(chainOf(node.callee)) && /^(?:response|res|answer|reply)\./.test(chainOf(node.callee))))
