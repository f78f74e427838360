import type { FlowRule, FlowSpec, LanguageModel, ModelSource, PathPattern, Sink } from './flow-rule.ts'
import { PatternIndex, segmentsOf } from './path-pattern.ts'
import type { Program } from './program.ts'

/** A sink with its rule. `bit` is the rule's place in masks of what is clean. */
export interface RuleSink {
  readonly rule: FlowRule
  readonly bit: bigint
  readonly sink: Sink
}

/** All that model and rules say of one path. */
export interface Facts {
  readonly calls: readonly RuleSink[]
  readonly assignments: readonly RuleSink[]
  readonly sources: readonly ModelSource[]
  readonly stops: boolean
  readonly fills: boolean
  readonly passes: boolean
  readonly ends: boolean
  /** The rules that trust its result, and those for which it proves its argument, as masks. */
  readonly sanitizes: bigint
  readonly guards: bigint
}

/** One canonical path. Each is one object of its world, so that what is known of it is looked up once. */
export interface Path {
  readonly id: number
  readonly name: string
  readonly parent: Path | undefined
  readonly depth: number
  readonly children: Map<string, Path>
  facts: Facts | undefined
}

const maxDepth = 10
const maxPaths = 20_000

/** What a language's model and the rules say, compiled once: the answers for a path are remembered with the path. */
export class World {
  readonly model: LanguageModel
  /** Of all rules. */
  readonly allBits: bigint
  readonly returnSinks: readonly RuleSink[]
  /** A path of which nothing is known. */
  unknown: Path
  readonly #calls = new PatternIndex<RuleSink>()
  readonly #assignments = new PatternIndex<RuleSink>()
  readonly #sources = new PatternIndex<ModelSource>()
  readonly #stops = new PatternIndex<true>()
  readonly #passes = new PatternIndex<true>()
  readonly #ends = new PatternIndex<true>()
  readonly #fills = new PatternIndex<true>()
  readonly #sanitizers = new PatternIndex<bigint>()
  readonly #guards = new PatternIndex<bigint>()
  #root: Path
  #size = 0

  constructor(language: Program['language'], model: LanguageModel, rules: readonly FlowRule[]) {
    this.model = model
    this.allBits = (1n << BigInt(rules.length)) - 1n
    this.#root = this.#path('', undefined)
    this.unknown = this.child(undefined, '?')
    for (const source of model.sources) this.#sources.add(source.path, source)
    for (const pattern of model.stops) this.#stops.add(pattern, true)
    for (const pattern of model.passes ?? []) this.#passes.add(pattern, true)
    for (const pattern of model.ends ?? []) this.#ends.add(pattern, true)
    for (const pattern of model.fills) this.#fills.add(pattern, true)
    this.returnSinks = rules.flatMap((rule, index) => {
      const spec = rule[language]
      return spec === undefined ? [] : this.#addRule(rule, spec, 1n << BigInt(index))
    })
  }

  /** Answers with the sinks that are what handlers return. */
  #addRule(rule: FlowRule, spec: FlowSpec, bit: bigint): RuleSink[] {
    for (const pattern of spec.sanitizers ?? []) this.#sanitizers.add(pattern, bit)
    for (const pattern of spec.guards ?? []) this.#guards.add(pattern, bit)
    for (const sink of spec.sinks) {
      for (const pattern of listOf(sink.call)) this.#calls.add(pattern, { rule, bit, sink })
      for (const pattern of listOf(sink.assign)) this.#assignments.add(pattern, { rule, bit, sink })
    }
    return spec.sinks.filter(({ returns }) => returns !== undefined).map((sink) => ({ rule, bit, sink }))
  }

  /** The path of a member. Of nothing known: of a global. */
  child(parent: Path | undefined, name: string): Path {
    const from = parent ?? this.#root
    const known = from.children.get(name)
    if (known !== undefined) return known
    if (from.depth >= maxDepth) return this.child(this.unknown, name)
    const path = this.#path(name, from === this.#root ? undefined : from)
    from.children.set(name, path)
    return path
  }

  pathOf(text: string): Path {
    return segmentsOf(text).reduce<Path | undefined>((parent, name) => this.child(parent, name), undefined) ?? this.unknown
  }

  /** Whether anything at all is known of where it comes from. */
  isKnown(path: Path): boolean {
    return rootOf(path) !== this.unknown
  }

  factsOf(path: Path): Facts {
    return (path.facts ??= this.#findFacts(namesOf(path)))
  }

  #findFacts(names: readonly string[]): Facts {
    const either = (masks: readonly bigint[]) => masks.reduce((all, mask) => all | mask, 0n)
    return {
      calls: this.#calls.find(names),
      assignments: this.#assignments.find(names),
      sources: this.#sources.find(names),
      stops: this.#stops.find(names).length > 0,
      passes: this.model.passes === undefined || this.#passes.find(names).length > 0,
      ends: this.#ends.find(names).length > 0,
      fills: this.#fills.find(names).length > 0,
      sanitizes: either(this.#sanitizers.find(names)),
      guards: either(this.#guards.find(names)),
    }
  }

  /** Between two programs: a service that runs for months meets ever new names. */
  forgetPaths(): void {
    if (this.#size < maxPaths) return
    this.#size = 0
    this.#root = this.#path('', undefined)
    this.unknown = this.child(undefined, '?')
  }

  #path(name: string, parent: Path | undefined): Path {
    return { id: ++this.#size, name, parent, depth: (parent?.depth ?? 0) + 1, children: new Map(), facts: undefined }
  }
}

const worlds = new WeakMap<readonly FlowRule[], Map<LanguageModel, World>>()

/** The same rules and model give the same world, so that patterns are compiled once. */
export function worldOf(language: Program['language'], model: LanguageModel, rules: readonly FlowRule[]): World {
  const known = worlds.get(rules) ?? new Map<LanguageModel, World>()
  worlds.set(rules, known)
  const world = known.get(model) ?? new World(language, model, rules)
  known.set(model, world)
  world.forgetPaths()
  return world
}

/** "mysql.createConnection().query". */
export function textOfPath(path: Path): string {
  return namesOf(path).reduce((text, name) => (name === '()' ? `${text}()` : text === '' ? name : `${text}.${name}`), '')
}

function namesOf(path: Path): string[] {
  const names: string[] = []
  for (let at: Path | undefined = path; at !== undefined; at = at.parent) names.push(at.name)
  return names.reverse()
}

function rootOf(path: Path): Path {
  let root = path
  while (root.parent !== undefined) root = root.parent
  return root
}

function listOf(patterns: PathPattern | readonly PathPattern[] | undefined): readonly PathPattern[] {
  if (patterns === undefined) return []
  return typeof patterns === 'string' ? [patterns] : patterns
}
