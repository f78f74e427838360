import type { FunctionNode } from './program.ts'
import type { Callable } from './values.ts'
import type { World } from './world.ts'

type FunctionValue = Extract<Callable, { readonly kind: 'function' }>
type ParameterFact = ReturnType<World['model']['parameter']>

interface Facts {
  readonly isHandler: boolean
  readonly parameters: readonly ParameterFact[]
}

const maxRunsOfOne = 20
const maxActive = 24
const maxRecursion = 2

/** The functions of a program that the run has reached, which of them were run, and what the model knows about them. */
export class Functions {
  readonly #world: World
  readonly #entries = new Map<FunctionNode, FunctionValue>()
  readonly #others = new Map<FunctionNode, FunctionValue>()
  readonly #entered = new Set<FunctionNode>()
  readonly #ran = new Set<FunctionNode>()
  readonly #runs = new Map<FunctionNode, number>()
  readonly #active: FunctionNode[] = []
  readonly #facts = new Map<FunctionNode, Facts>()

  constructor(world: World) {
    this.#world = world
  }

  /** Records a closure. The last one created is used when the function is run as an entry point. */
  meet(callable: FunctionValue): void {
    if (this.#entered.has(callable.node)) return
    const waiting = this.isEntry(callable.node) ? this.#entries : this.#others
    waiting.set(callable.node, callable)
  }

  factsOf(node: FunctionNode): Facts {
    const known = this.#facts.get(node)
    if (known !== undefined) return known
    const { model } = this.#world
    const facts = { isHandler: model.isHandler(node), parameters: node.parameters.map((_, index) => model.parameter(node, index)) }
    this.#facts.set(node, facts)
    return facts
  }

  /** Whether code outside the file calls it: it is exported, or a framework passes it known arguments. */
  isEntry(node: FunctionNode): boolean {
    const { isHandler, parameters } = this.factsOf(node)
    return isHandler || node.exported || parameters.some((fact) => fact !== undefined)
  }

  /** Whether a framework calls it with arguments that the model knows. */
  isServed(node: FunctionNode): boolean {
    const { isHandler, parameters } = this.factsOf(node)
    return isHandler || parameters.some((fact) => fact !== undefined && fact.kind !== 'parameter')
  }

  /** Returns whether to run it now; if so, `end` must follow. */
  begin(node: FunctionNode): boolean {
    const runs = this.#runs.get(node) ?? 0
    if (runs >= maxRunsOfOne || this.#active.length >= maxActive) return false
    if (this.#active.filter((each) => each === node).length >= maxRecursion) return false
    this.#runs.set(node, runs + 1)
    this.#active.push(node)
    return true
  }

  end(): void {
    this.#active.pop()
  }

  /** Records that the file itself called it, so that it need not be run with unknown arguments. */
  markRun(node: FunctionNode): void {
    this.#ran.add(node)
  }

  /** Returns the next function to run, each once: first those that code outside the file calls, then those that were never called. */
  nextEntry(): FunctionValue | undefined {
    return this.#take(this.#entries) ?? this.#take(this.#others, this.#ran)
  }

  #take(from: Map<FunctionNode, FunctionValue>, except?: ReadonlySet<FunctionNode>): FunctionValue | undefined {
    for (const [node, callable] of from) {
      from.delete(node)
      if (except?.has(node) === true) continue
      this.#entered.add(node)
      return callable
    }
    return undefined
  }

  get waiting(): number {
    return this.#entries.size + this.#others.size
  }
}
