import type { FlowRule, FlowSpec, LanguageModel, ModelSource, PathPattern, Sink } from './flow-rule.ts'
import { PatternIndex, segmentsOf } from './path-pattern.ts'
import type { Program } from './program.ts'

/** A sink with its rule. `bit` is the rule's bit in masks. */
export interface RuleSink {
  readonly rule: FlowRule
  readonly bit: bigint
  readonly sink: Sink
  readonly proof: FlowSpec['proof']
}

/** Everything that the model and the rules say about one path. */
export interface Facts {
  readonly calls: readonly RuleSink[]
  readonly assignments: readonly RuleSink[]
  readonly sources: readonly ModelSource[]
  readonly stops: boolean
  readonly fills: boolean
  readonly passes: boolean
  readonly undoes: boolean
  readonly ends: boolean
  /** As masks: the rules for which its result is harmless, and those for which a true result proves the argument harmless. */
  readonly sanitizes: bigint
  readonly guards: bigint
}

type Fact =
  | { readonly kind: 'call' | 'assignment'; readonly sink: RuleSink }
  | { readonly kind: 'source'; readonly source: ModelSource }
  | { readonly kind: 'sanitizes' | 'guards'; readonly bit: bigint }
  | { readonly kind: 'stops' | 'fills' | 'passes' | 'undoes' | 'ends' }

const nothingKnown: Facts = { calls: [], assignments: [], sources: [], stops: false, fills: false, passes: false, undoes: false, ends: false, sanitizes: 0n, guards: 0n }
const passing: Facts = { ...nothingKnown, passes: true }

/** An interned canonical path: there is one object for each, so that its facts are looked up once. */
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

/** A language's model and the rules in compiled form. The facts of a path are cached with the path. */
export class World {
  readonly model: LanguageModel
  /** One bit for each rule. */
  readonly allBits: bigint
  readonly returnSinks: readonly RuleSink[]
  /** The path of an unknown value. */
  unknown: Path
  /** The attacks of the rules that list some. */
  readonly attacks: { readonly bit: bigint; readonly texts: readonly string[] }[] = []
  readonly #passesAll: boolean
  readonly #patterns = new PatternIndex<Fact>()
  readonly #byText = new Map<string, Path>()
  readonly #variables = new Map<string, Path>()
  #root: Path
  #size = 0

  constructor(language: Program['language'], model: LanguageModel, rules: readonly FlowRule[]) {
    this.model = model
    this.allBits = (1n << BigInt(rules.length)) - 1n
    this.#root = this.#path('', undefined)
    this.unknown = this.child(undefined, '?')
    this.#passesAll = model.passes === undefined
    for (const source of model.sources) this.#patterns.add(source.path, { kind: 'source', source })
    for (const [kind, patterns] of [['stops', model.stops], ['passes', model.passes ?? []], ['undoes', model.undoes ?? []], ['ends', model.ends ?? []], ['fills', model.fills]] as const) for (const pattern of patterns) this.#patterns.add(pattern, { kind })
    this.returnSinks = rules.flatMap((rule, index) => {
      const spec = rule[language]
      return spec === undefined ? [] : this.#addRule(rule, spec, 1n << BigInt(index))
    })
  }

  /** Returns the sinks that are return values. */
  #addRule(rule: FlowRule, spec: FlowSpec, bit: bigint): RuleSink[] {
    const { proof, attacks } = spec
    if (attacks !== undefined) this.attacks.push({ bit, texts: attacks })
    for (const pattern of spec.sanitizers ?? []) this.#patterns.add(pattern, { kind: 'sanitizes', bit })
    for (const pattern of spec.guards ?? []) this.#patterns.add(pattern, { kind: 'guards', bit })
    for (const sink of spec.sinks) {
      for (const pattern of listOf(sink.call)) this.#patterns.add(pattern, { kind: 'call', sink: { rule, bit, sink, proof } })
      for (const pattern of listOf(sink.assign)) this.#patterns.add(pattern, { kind: 'assignment', sink: { rule, bit, sink, proof } })
    }
    return spec.sinks.filter(({ returns }) => returns !== undefined).map((sink) => ({ rule, bit, sink, proof }))
  }

  /** The path of a member; without a parent, the path of a global. */
  child(parent: Path | undefined, name: string): Path {
    const from = parent ?? this.#root
    const known = from.children.get(name)
    if (known !== undefined) return known
    if (from.depth >= maxDepth) return this.child(this.unknown, name)
    const path = this.#path(name, from === this.#root ? undefined : from)
    from.children.set(name, path)
    return path
  }

  /** The path of a variable of the program, which rules match as "var:name". */
  variable(name: string): Path {
    const known = this.#variables.get(name)
    if (known !== undefined) return known
    const path = this.child(undefined, `var:${name}`)
    this.#variables.set(name, path)
    return path
  }

  pathOf(text: string): Path {
    const known = this.#byText.get(text)
    if (known !== undefined) return known
    const path = segmentsOf(text).reduce<Path | undefined>((parent, name) => this.child(parent, name), undefined) ?? this.unknown
    this.#byText.set(text, path)
    return path
  }

  /** Whether the root of the path is known. */
  isKnown(path: Path): boolean {
    return rootOf(path) !== this.unknown
  }

  /** Whether the path is a whole request or similar. */
  isContainer(path: Path): boolean {
    return this.factsOf(path).sources.some(({ container }) => container === true)
  }

  factsOf(path: Path): Facts {
    return (path.facts ??= this.#findFacts(path))
  }

  #findFacts(path: Path): Facts {
    const found = this.#patterns.mayKnow(path.name) ? this.#patterns.find(namesOf(path)) : []
    if (found.length === 0) return this.#passesAll ? passing : nothingKnown
    const bitsOf = (kind: 'sanitizes' | 'guards') => found.reduce((all, fact) => (fact.kind === kind ? all | fact.bit : all), 0n)
    const has = (kind: Fact['kind']) => found.some((fact) => fact.kind === kind)
    return {
      calls: found.flatMap((fact) => (fact.kind === 'call' ? [fact.sink] : [])),
      assignments: found.flatMap((fact) => (fact.kind === 'assignment' ? [fact.sink] : [])),
      sources: found.flatMap((fact) => (fact.kind === 'source' ? [fact.source] : [])),
      stops: has('stops'),
      fills: has('fills'),
      passes: this.#passesAll || has('passes'),
      undoes: has('undoes'),
      ends: has('ends'),
      sanitizes: bitsOf('sanitizes'),
      guards: bitsOf('guards'),
    }
  }

  /** Frees memory between programs, because a long-running service encounters new names all the time. */
  forgetPaths(): void {
    if (this.#size < maxPaths && this.#byText.size < maxPaths) return
    this.#size = 0
    this.#byText.clear()
    this.#variables.clear()
    this.#root = this.#path('', undefined)
    this.unknown = this.child(undefined, '?')
  }

  #path(name: string, parent: Path | undefined): Path {
    return { id: ++this.#size, name, parent, depth: (parent?.depth ?? 0) + 1, children: new Map(), facts: undefined }
  }
}

const worlds = new WeakMap<readonly FlowRule[], Map<LanguageModel, World>>()

/** Returns the same world for the same rules and model, so that patterns are compiled once. */
export function worldOf(language: Program['language'], model: LanguageModel, rules: readonly FlowRule[]): World {
  const known = worlds.get(rules) ?? new Map<LanguageModel, World>()
  worlds.set(rules, known)
  const world = known.get(model) ?? new World(language, model, rules)
  known.set(model, world)
  world.forgetPaths()
  return world
}

/** The written form: "mysql.createConnection().query". */
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
