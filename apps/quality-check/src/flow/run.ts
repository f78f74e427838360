import type { Budget } from './budget.ts'
import type { Functions } from './functions.ts'
import type { CallMemory } from './memory.ts'
import type { Expression, Pattern, Program, Span, Statement } from './program.ts'
import type { Reports } from './reports.ts'
import type { Frame } from './scope.ts'
import type { Store } from './store.ts'
import type { Callable, Value } from './values.ts'
import type { World } from './world.ts'

/** What a call hands over. */
export interface Arguments {
  readonly positional: readonly Value[]
  /** What a spread or *args adds after those, or in their place. */
  readonly spread: Value | undefined
  readonly keywords: ReadonlyMap<string, Value>
  readonly receiver: Value | undefined
}

export type Proofs = readonly (bigint | undefined)[]

export const noProofs: Proofs = []

/** One program being run with abstract values. The parts of the interpreter call one another through it. */
export interface Run {
  readonly language: Program['language']
  readonly world: World
  readonly store: Store
  readonly budget: Budget
  readonly reports: Reports
  readonly functions: Functions
  readonly memory: CallMemory
  /** What the function that ran last proved of each of its arguments by returning at all: the rules for which it is harmless, as masks. */
  proofs: Proofs
  /** The call that was last found never to return. */
  ending: Expression | undefined
  /** The tests whose outcome variables were given, by name: `const ok = names.includes(x)`. */
  readonly tests: Map<string, { readonly test: Expression; readonly frame: Frame }>
  /** The tests that decide whether what runs now is reached, the outermost first. */
  readonly conditions: Expression[]
  evaluate(expression: Expression, frame: Frame): Value
  /** Answers whether the end can be reached. */
  execute(body: readonly Statement[], frame: Frame): boolean
  assign(target: Pattern, value: Value, frame: Frame): void
  invoke(callable: Callable, args: Arguments, at: Span): Value
  /** Notes what a test proves when it is known to hold or not to. */
  narrow(test: Expression, truth: boolean, frame: Frame): void
  call(callee: Value, args: Arguments, at: Span): Value
}

export const noKeywords: ReadonlyMap<string, Value> = new Map()
