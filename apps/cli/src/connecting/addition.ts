export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** A setting to add to a tool's file. It never replaces what the user wrote. */
export interface Addition {
  /** The path of keys from the top of the file; the last one is set. */
  readonly at: readonly string[]
  readonly value: Json
  /** The value is added to the list at this path. Entries are identified by their name, else by their whole content. */
  readonly inList?: true
  /** Required by the tool, but any value of the user is fine. */
  readonly orTheirs?: true
}

/** An addition that was not made, because the user has another value there. */
export interface Kept {
  readonly addition: Addition
  readonly theirs: unknown
}

/** The file cannot be changed, for this reason. */
export class Unmergeable extends Error {
  override readonly name = 'Unmergeable'
  /** The file is valid, and its owner can add the lines by hand. */
  readonly canBeAddedByHand: boolean

  constructor(message: string, options: { canBeAddedByHand?: boolean } = {}) {
    super(message)
    this.canBeAddedByHand = options.canBeAddedByHand === true
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function valueAt(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined), value)
}

/** For file formats that have only text values. */
export function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
