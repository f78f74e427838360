import { elementOfValue, joinOptional } from './objects.ts'
import type { Argument } from './program.ts'
import { noKeywords, type Arguments, type Run } from './run.ts'
import type { Frame } from './scope.ts'
import { noTaints, uniteTaints, type Taints } from './taint.ts'
import { deepTaints, joinAll, joinValues, unknown, withTaints, type Value } from './values.ts'

interface Gathered {
  positional: Value[]
  keywords: Map<string, Value> | undefined
  spread: Value | undefined
}

const noValues: Value[] = []

/** Evaluates the arguments of a call. */
export function evaluateArguments(run: Run, args: readonly Argument[], receiver: Value | undefined, frame: Frame): Arguments {
  if (args.length === 0) return { positional: noValues, spread: undefined, keywords: noKeywords, receiver }
  const gathered: Gathered = { positional: noValues, keywords: undefined, spread: undefined }
  for (const { value: expression, name, spread: isSpread } of args) {
    const value = run.evaluate(expression, frame)
    if (name === '**') expand(value, (gathered.keywords ??= new Map()))
    else if (name !== undefined) (gathered.keywords ??= new Map()).set(name, value)
    else if (isSpread === true) spreadInto(gathered, value)
    else add(gathered, gathered.spread === undefined ? value : joinValues(value, gathered.spread))
  }
  const { positional, spread, keywords = noKeywords } = gathered
  return { positional, spread, keywords, receiver }
}

// Avoids allocating an array for calls without arguments.
function add(gathered: Gathered, value: Value): void {
  if (gathered.positional === noValues) gathered.positional = [value]
  else gathered.positional.push(value)
}

function spreadInto(gathered: Gathered, value: Value): void {
  const [object] = value.objects
  const items = value.objects.length === 1 ? object?.content.items : undefined
  if (items !== undefined && gathered.spread === undefined) for (const item of items) add(gathered, item)
  else if (object !== undefined && object.content.items === undefined) for (const [key, field] of object.content.fields) (gathered.keywords ??= new Map()).set(key, field)
  else gathered.spread = joinOptional(gathered.spread, elementOfValue(value))
}

/** `**record`: known fields become keyword arguments, unknown ones the keyword "**". */
function expand(value: Value, keywords: Map<string, Value>): void {
  for (const { content } of value.objects) for (const [key, field] of content.fields) keywords.set(key, field)
  const rests = value.objects.flatMap(({ content }) => (content.rest === undefined ? [] : [content.rest]))
  const taints = uniteTaints(value.taints, deepTaints(joinAll(rests)))
  if (taints.length > 0) keywords.set('**', withTaints(unknown, taints))
}

/** The taints of all arguments and of the receiver, fields included. */
export function allTaints({ positional, keywords, spread, receiver }: Arguments): Taints {
  let taints: Taints = receiver === undefined ? noTaints : deepTaints(receiver)
  for (const value of positional) taints = uniteTaints(taints, deepTaints(value))
  for (const value of keywords.values()) taints = uniteTaints(taints, deepTaints(value))
  return spread === undefined ? taints : uniteTaints(taints, deepTaints(spread))
}
