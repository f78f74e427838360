import type { SeenCall, SeenValue, SourceKind } from './flow-rule.ts'
import { isRecord, readField } from './objects.ts'
import type { Constant } from './program.ts'
import type { Arguments } from './run.ts'
import { deepTaints, nothing, prefixOf, type ObjectState, type Value } from './values.ts'
import { textOfPath, type Path } from './world.ts'

/** A call in the form that rules examine. Most rules examine little of it, so everything is computed on demand. */
export function seenCall(path: Path, args: Arguments): SeenCall {
  return new Call(path, args)
}

class Call implements SeenCall {
  readonly #path: Path
  readonly #given: Arguments
  #args: SeenValue[] | undefined
  #keywords: Record<string, SeenValue> | undefined

  constructor(path: Path, given: Arguments) {
    this.#path = path
    this.#given = given
  }

  get path(): string {
    return textOfPath(this.#path)
  }

  get args(): readonly SeenValue[] {
    return (this.#args ??= this.#given.positional.map(seenValue))
  }

  get keywords(): Readonly<Record<string, SeenValue>> {
    return (this.#keywords ??= Object.fromEntries([...this.#given.keywords].map(([name, value]) => [name, seenValue(value)])))
  }

  get receiver(): SeenValue | undefined {
    return this.#given.receiver === undefined ? undefined : seenValue(this.#given.receiver)
  }
}

class Seen implements SeenValue {
  readonly #value: Value

  constructor(value: Value) {
    this.#value = value
  }

  get constants(): readonly Constant[] | undefined {
    return this.#value.constants
  }

  get prefix(): string | undefined {
    return prefixOf(this.#value)
  }

  get led(): boolean {
    return this.#value.led
  }

  field(name: string): SeenValue | undefined {
    const only = onlyObject(this.#value)
    if (only === undefined) return undefined
    const { value, found } = readField(only, name)
    if (value === undefined || !found) return undefined
    // An entry with a computed key may have replaced this field.
    const isPossible = only.rest !== undefined && !only.fields.has(name) && value.constants !== undefined
    return seenValue(isPossible ? { ...value, constants: undefined } : value)
  }

  isKey(name: string): boolean {
    return onlyObject(this.#value)?.fields.has(name) === true
  }

  get keys(): readonly string[] | undefined {
    const only = onlyObject(this.#value)
    return only?.closed === true && only.rest === undefined && only.items === undefined ? [...only.fields.keys()] : undefined
  }

  get items(): readonly SeenValue[] | undefined {
    const only = onlyObject(this.#value)
    return only?.rest === undefined ? only?.items?.map(seenValue) : undefined
  }

  get isRecord(): boolean {
    const { objects } = this.#value
    return objects.length > 0 && objects.every(({ content }) => isRecord(content))
  }

  get sources(): readonly SourceKind[] {
    return deepTaints(this.#value).map(({ kind }) => kind)
  }

  get origins(): readonly string[] {
    return deepTaints(this.#value).map(({ origin }) => origin.expression)
  }

  get path(): string | undefined {
    return this.#value.path === undefined ? undefined : textOfPath(this.#value.path)
  }

  get built(): boolean {
    return this.#value.built
  }
}

// The value of a missing field.
const seenNothing = new Seen(nothing)

function seenValue(value: Value): SeenValue {
  return value === nothing ? seenNothing : new Seen(value)
}

function onlyObject({ objects }: Value): ObjectState | undefined {
  return objects.length === 1 ? objects[0]?.content : undefined
}
