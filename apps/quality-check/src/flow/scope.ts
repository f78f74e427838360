import type { ClassValue } from './classes.ts'
import type { FunctionNode } from './program.ts'
import { nextSlotId, type Changes, type Slot } from './store.ts'
import { joinValues, sameValue, type Value } from './values.ts'

export interface Variable extends Slot<Value | undefined> {
  /** How often the program assigned it; what tests prove of it is no assignment. */
  assignments: number
}

/** A way out of a loop or a function, with what had changed by then. */
export interface Exit {
  readonly value: Value | undefined
  /** Undefined: all that came before holds, nothing was undone since. */
  readonly changes: Changes | undefined
}

/** What a statement may leave: a loop, a match. */
export interface Jump {
  readonly mark: number
  readonly breaks: Changes[]
  readonly continues: Changes[]
  readonly takesBreak: boolean
  readonly takesContinue: boolean
}

/** The variables of one call of a function. */
export interface Frame {
  readonly id: number
  readonly node: FunctionNode | undefined
  readonly parent: Frame | undefined
  readonly locals: ReadonlySet<string>
  readonly variables: Map<string, Variable>
  readonly returns: Exit[]
  readonly jumps: Jump[]
  /** Of the try blocks around the statement at hand: states in which something was thrown. */
  readonly throws: { readonly mark: number; readonly states: Changes[] }[]
  /** Where its changes begin, and how many branches were open. */
  readonly mark: number
  readonly branches: number
  readonly isHandler: boolean
  /** Of a method: the object it runs on and the class it stands in. */
  readonly receiver: Value | undefined
  readonly owner: ClassValue | undefined
}

/** The variable of that name; undefined for names nothing binds. */
export function findVariable(frame: Frame, name: string): Variable | undefined {
  for (let at: Frame | undefined = frame; at !== undefined; at = at.parent) {
    const variable = at.variables.get(name)
    if (variable !== undefined) return variable
    if (at.locals.has(name)) return bindVariable(at, name)
  }
  return undefined
}

/** As findVariable; names nothing binds become the program's. */
export function ownVariable(frame: Frame, name: string): Variable {
  const found = findVariable(frame, name)
  if (found !== undefined) return found
  let root = frame
  while (root.parent !== undefined) root = root.parent
  return bindVariable(root, name)
}

export function bindVariable(frame: Frame, name: string): Variable {
  const variable: Variable = { id: nextSlotId(), content: undefined, assignments: 0, join: joinContents, same: sameContents, widen: widenContent }
  frame.variables.set(name, variable)
  return variable
}

function joinContents(a: Value | undefined, b: Value | undefined): Value | undefined {
  if (a === undefined) return b
  return b === undefined ? a : joinValues(a, b)
}

function sameContents(a: Value | undefined, b: Value | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && sameValue(a, b))
}

function widenContent(content: Value | undefined): Value | undefined {
  return content?.constants === undefined ? content : { ...content, constants: undefined }
}
