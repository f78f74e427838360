import type { ClassValue } from './classes.ts'
import type { FunctionNode } from './program.ts'
import { nextSlotId, type Changes, type Slot } from './store.ts'
import { joinValues, sameValue, type Value } from './values.ts'

export interface Variable extends Slot<Value | undefined> {
  /** The number of assignments in the program; narrowing is not counted. */
  assignments: number
}

/** An exit from a loop or function, with the changes up to it. */
export interface Exit {
  readonly value: Value | undefined
  /** Undefined when nothing was undone since, so that the current state applies. */
  readonly changes: Changes | undefined
}

/** The target of break or continue: a loop, or a match. */
export interface Jump {
  readonly mark: number
  readonly breaks: Changes[]
  readonly continues: Changes[]
  readonly takesBreak: boolean
  readonly takesContinue: boolean
}

/** The local variables and the state of one function call. */
export interface Frame {
  readonly id: number
  readonly node: FunctionNode | undefined
  readonly parent: Frame | undefined
  readonly locals: ReadonlySet<string>
  readonly variables: Map<string, Variable>
  readonly returns: Exit[]
  readonly jumps: Jump[]
  /** For each enclosing try block, the states in which an exception may have been thrown. */
  readonly throws: { readonly mark: number; readonly states: Changes[] }[]
  /** The position in the store's log where this call began, and the number of branches that were open. */
  readonly mark: number
  readonly branches: number
  readonly isHandler: boolean
  /** Of a method: the object it is called on, and its class. */
  readonly receiver: Value | undefined
  readonly owner: ClassValue | undefined
}

/** Looks up a variable; undefined for names that are not bound. */
export function findVariable(frame: Frame, name: string): Variable | undefined {
  for (let at: Frame | undefined = frame; at !== undefined; at = at.parent) {
    const variable = at.variables.get(name)
    if (variable !== undefined) return variable
    if (at.locals.has(name)) return bindVariable(at, name)
  }
  return undefined
}

/** Like findVariable, but creates a global variable for an unbound name. */
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
