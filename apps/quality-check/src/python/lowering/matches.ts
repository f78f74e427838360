import type { Expression, MatchCase, Pattern, Statement } from '../../flow/program.ts'
import type { PythonPattern } from '../ast.ts'
import { type Lowering, literalOf, opaque, type PythonOf, spanOf } from './lowering.ts'

export function lowerMatch(lowering: Lowering, node: PythonOf<'Match'>): Statement {
  const cases = node.cases.map(({ pattern, guard, body }): MatchCase => {
    const tests = testsOf(lowering, pattern)
    const binding = lowering.pattern(pattern)
    // A pattern that compares with no constant may still not match.
    const test = guard === null ? (tests === undefined ? opaque([], pattern) : undefined) : lowering.expression(guard)
    return { tests: tests ?? [], ...(binding !== undefined && { binding }), ...(test !== undefined && { guard: test }), body: lowering.statements(body), fallsThrough: false }
  })
  return { kind: 'match', subject: lowering.expression(node.subject), cases, ...spanOf(node) }
}

/** The constants of which the subject must equal one. Empty when the pattern matches anything, undefined when it tests more than that. */
function testsOf(lowering: Lowering, pattern: PythonPattern): Expression[] | undefined {
  switch (pattern.type) {
    case 'MatchValue':
      return [lowering.expression(pattern.value)]
    case 'MatchSingleton':
      return [literalOf(pattern.value, pattern)]
    case 'MatchAs':
      return pattern.pattern === null ? [] : testsOf(lowering, pattern.pattern)
    case 'MatchOr': {
      const tests = pattern.patterns.map((each) => testsOf(lowering, each))
      if (tests.some((each) => each === undefined)) return undefined
      return tests.some((each) => each?.length === 0) ? [] : tests.flatMap((each) => each ?? [])
    }
    default:
      return undefined
  }
}

/** The names that a pattern binds; undefined for none. */
export function lowerPattern(lowering: Lowering, pattern: PythonPattern): Pattern | undefined {
  const at = spanOf(pattern)
  const bind = (name: string): Pattern => ({ kind: 'name', name: lowering.scope.bind(name), ...at })
  const inner = (each: PythonPattern): Pattern | undefined => lowering.pattern(each)
  switch (pattern.type) {
    case 'MatchAs':
    case 'MatchStar':
      if (pattern.name !== null) return bind(pattern.name)
      return pattern.type === 'MatchAs' && pattern.pattern !== null ? inner(pattern.pattern) : undefined
    case 'MatchSequence':
      return { kind: 'list', items: pattern.patterns.filter(({ type }) => type !== 'MatchStar').map(inner), ...restOf(pattern.patterns.find(({ type }) => type === 'MatchStar'), inner), ...at }
    case 'MatchMapping':
      return { kind: 'record', entries: entriesOf(pattern.keys.map((key) => lowering.expression(key)), pattern.patterns.map(inner)), ...(pattern.rest !== null && { rest: bind(pattern.rest) }), ...at }
    case 'MatchClass':
      return { kind: 'record', entries: entriesOf(pattern.kwd_attrs.map((name) => literalOf(name, pattern)), pattern.kwd_patterns.map(inner)), ...at }
    default:
      return undefined
  }
}

function restOf(star: PythonPattern | undefined, lower: (pattern: PythonPattern) => Pattern | undefined): { rest?: Pattern } {
  const rest = star === undefined ? undefined : lower(star)
  return rest === undefined ? {} : { rest }
}

function entriesOf(keys: readonly Expression[], targets: readonly (Pattern | undefined)[]): { key: Expression; target: Pattern }[] {
  return keys.flatMap((key, index) => {
    const target = targets[index]
    return target === undefined ? [] : [{ key, target }]
  })
}
