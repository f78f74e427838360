import { narrowUnanswered } from './call-tests.ts'
import { makeClass } from './classes.ts'
import { branch } from './conditions.ts'
import { runLoop } from './loops.ts'
import { runMatch } from './matches.ts'
import type { Expression, Statement } from './program.ts'
import type { Run } from './run.ts'
import { ownVariable, type Frame } from './scope.ts'
import { checkReturn } from './sinks.ts'
import { runTry } from './tries.ts'
import { callableValue, nothing, pathValue } from './values.ts'

type Of<K extends Statement['kind']> = Extract<Statement, { readonly kind: K }>

const maxExits = 24

/** Runs statements in order and returns whether their end can be reached. */
export function execute(run: Run, body: readonly Statement[], frame: Frame): boolean {
  for (const statement of body) if (statement.kind === 'function' && run.language === 'javascript') defineFunction(run, statement, frame)
  for (const statement of body) {
    if (!run.budget.enter()) return !run.budget.isSpent
    const goesOn = executeOne(run, statement, frame)
    run.budget.leave()
    if (!goesOn) return false
  }
  return true
}

function executeOne(run: Run, statement: Statement, frame: Frame): boolean {
  switch (statement.kind) {
    case 'expression':
      run.evaluate(statement.expression, frame)
      narrowUnanswered(run, statement.expression, frame)
      return !isEnding(run, statement.expression)
    case 'if':
      return executeIf(run, statement, frame)
    case 'loop':
      return runLoop(run, statement, frame)
    case 'match':
      return runMatch(run, statement, frame)
    case 'try':
      return runTry(run, statement, frame)
    case 'return':
      return leaveFunction(run, statement, frame)
    case 'throw':
      return leaveByThrow(run, statement, frame)
    case 'break':
    case 'continue':
      return jump(run, statement.kind, frame)
    case 'function':
      if (run.language === 'python') defineFunction(run, statement, frame)
      return true
    case 'class':
      run.store.write(ownVariable(frame, statement.class.name), callableValue({ kind: 'class', class: makeClass(run, statement.class, frame) }))
      return true
    case 'import':
      for (const { local, path } of statement.bindings) run.store.write(ownVariable(frame, local), pathValue(run.world.pathOf(path)))
      return true
    default:
      return run.execute(statement.body, frame)
  }
}

/** A statement ends its path if it consists of a call that never returns. */
function isEnding({ ending }: Run, expression: Expression): boolean {
  if (ending === undefined) return false
  const [inner] = expression.kind === 'combine' && expression.of.length === 1 ? expression.of : [expression]
  return inner === ending
}

function defineFunction(run: Run, { function: node, start, end }: Of<'function'>, frame: Frame): void {
  const value = run.evaluate({ kind: 'function', function: node, start, end }, frame)
  run.store.write(ownVariable(frame, node.name), value)
}

function executeIf(run: Run, { test, then, otherwise }: Of<'if'>, frame: Frame): boolean {
  const tested = run.evaluate(test, frame)
  const results = branch(run, test, tested, frame, () => run.execute(then, frame), () => run.execute(otherwise, frame))
  if (results.changes === undefined) return results.holds ?? results.fails ?? true
  const alive = [...(results.holds === true ? [results.changes.holds] : []), ...(results.fails === true ? [results.changes.fails] : [])]
  run.store.merge(alive)
  return alive.length > 0
}

function leaveFunction(run: Run, { value: expression, start, end }: Of<'return'>, frame: Frame): boolean {
  const value = expression === undefined ? nothing : run.evaluate(expression, frame)
  checkReturn(run, value, frame, { start, end })
  if (frame.returns.length < maxExits) frame.returns.push({ value, changes: run.store.branches === frame.branches ? undefined : run.store.changesSince(frame.mark) })
  return false
}

function leaveByThrow(run: Run, { value }: Of<'throw'>, frame: Frame): boolean {
  if (value !== undefined) run.evaluate(value, frame)
  const inner = frame.throws.at(-1)
  if (inner !== undefined && inner.states.length < maxExits) inner.states.push(run.store.changesSince(inner.mark))
  return false
}

function jump(run: Run, kind: 'break' | 'continue', frame: Frame): boolean {
  const target = frame.jumps.findLast((each) => (kind === 'break' ? each.takesBreak : each.takesContinue))
  const exits = kind === 'break' ? target?.breaks : target?.continues
  if (target !== undefined && exits !== undefined && exits.length < maxExits) exits.push(run.store.changesSince(target.mark))
  return false
}
