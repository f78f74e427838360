import type { Budget } from './budget.ts'
import type { Functions } from './functions.ts'
import type { CallMemory } from './memory.ts'
import type { Expression, Pattern, Program, Span, Statement } from './program.ts'
import type { Reports } from './reports.ts'
import type { Frame } from './scope.ts'
import type { Store } from './store.ts'
import type { Callable, Value } from './values.ts'
import type { World } from './world.ts'

/** The evaluated arguments of a call. */
export interface Arguments {
  readonly positional: readonly Value[]
  /** The elements of a spread or *args at unknown positions: they may follow the positional ones or take their place. */
  readonly spread: Value | undefined
  readonly keywords: ReadonlyMap<string, Value>
  readonly receiver: Value | undefined
}

export type Proofs = readonly (bigint | undefined)[]

export const noProofs: Proofs = []

/** The state of the abstract interpreter for one program. Its parts call each other through this interface, because they are mutually recursive. */
export interface Run {
  readonly language: Program['language']
  readonly world: World
  readonly store: Store
  readonly budget: Budget
  readonly reports: Reports
  readonly functions: Functions
  readonly memory: CallMemory
  /** For each argument of the function that ran last, the rules for which its return proves the argument harmless, as masks. */
  proofs: Proofs
  /** The last call that was found never to return. */
  ending: Expression | undefined
  /** Tests whose outcome was assigned to a variable, by its name: `const ok = names.includes(x)`. */
  readonly tests: Map<string, { readonly test: Expression; readonly frame: Frame }>
  /** The conditions under which the current statement runs, outermost first. */
  readonly conditions: Expression[]
  evaluate(expression: Expression, frame: Frame): Value
  /** Returns whether the end can be reached. */
  execute(body: readonly Statement[], frame: Frame): boolean
  assign(target: Pattern, value: Value, frame: Frame): void
  invoke(callable: Callable, args: Arguments, at: Span): Value
  /** Narrows the variables in a test, given its outcome. */
  narrow(test: Expression, truth: boolean, frame: Frame): void
  call(callee: Value, args: Arguments, at: Span): Value
}

export const noKeywords: ReadonlyMap<string, Value> = new Map()
