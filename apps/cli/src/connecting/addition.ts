export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** Something that a tool's file is to say. What the user wrote is never replaced by it. */
export interface Addition {
  /** Keys from the top of the file; the last one is set. */
  readonly at: readonly string[]
  readonly value: Json
  /** The value is one more entry of the list that stands there. Entries are told apart by their name, else by all they hold. */
  readonly inList?: true
  /** Needed by the tool, but not by us: whatever the user wrote there will do. */
  readonly orTheirs?: true
}

/** An addition that was not made, because something of the user's stands in its place. */
export interface Kept {
  readonly addition: Addition
  readonly theirs: unknown
}

/** The file is left alone, and this says why. */
export class Unmergeable extends Error {
  override readonly name = 'Unmergeable'
  /** It is a sound file whose owner can add what we could not. */
  readonly canBeMendedByHand: boolean

  constructor(message: string, options: { canBeMendedByHand?: boolean } = {}) {
    super(message)
    this.canBeMendedByHand = options.canBeMendedByHand === true
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function valueAt(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined), value)
}

/** For files that know only text. */
export function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
