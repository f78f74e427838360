import type { Statement } from './program.ts'
import type { Run } from './run.ts'
import type { Frame } from './scope.ts'
import type { Changes } from './store.ts'
import { unknown } from './values.ts'

type Try = Extract<Statement, { readonly kind: 'try' }>

const unchanged: Changes = new Map()

/** A handler may start in the state before the block, after it, or at any point that throws. */
export function runTry(run: Run, { body, handlers, finally: last }: Try, frame: Frame): boolean {
  const mark = run.store.begin()
  const thrown: Changes[] = []
  frame.throws.push({ mark, states: thrown })
  const bodyEnds = run.execute(body, frame)
  frame.throws.pop()
  const after = run.store.undo(mark)
  const ends = bodyEnds ? [after] : []
  for (const { binding, body: handler } of handlers) {
    const inner = run.store.begin()
    run.store.merge([unchanged, after, ...thrown])
    if (binding !== undefined) run.assign(binding, unknown, frame)
    const handlerEnds = run.execute(handler, frame)
    const changes = run.store.undo(inner)
    if (handlerEnds) ends.push(changes)
  }
  if (ends.length > 0) {
    run.store.merge(ends)
    return run.execute(last, frame)
  }
  run.store.merge([unchanged, after])
  run.execute(last, frame)
  return false
}
