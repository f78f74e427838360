export interface DependencyState {
  readonly name: string
  readonly up: boolean
  /** Without it the service is not ready; without any other it is degraded. */
  readonly required: boolean
  /** Why it is down; empty when up. */
  readonly reason: string
}

export interface HealthSnapshot {
  readonly started: boolean
  readonly draining: boolean
  readonly ready: boolean
  readonly dependencies: readonly DependencyState[]
}

/** The owner of the connection reports its state here. */
export interface Dependency {
  up(): void
  down(reason: string): void
}

/** The health of a service and of its dependencies. */
export class Health {
  readonly #dependencies = new Map<string, { up: boolean; required: boolean; reason: string }>()
  readonly #listeners = new Set<(snapshot: HealthSnapshot) => void>()
  #started = false
  #draining = false

  /** Declares a dependency, down until it reports otherwise. */
  depend(name: string, options: { required: boolean }): Dependency {
    const state = { up: false, required: options.required, reason: 'not connected yet' }
    this.#dependencies.set(name, state)
    const set = (up: boolean, reason: string) => {
      if (state.up === up && state.reason === reason) return
      state.up = up
      state.reason = reason
      this.#notify()
    }
    return { up: () => set(true, ''), down: (reason) => set(false, reason) }
  }

  /** The start is complete; from now on readiness depends on the required dependencies only. */
  started(): void {
    this.#started = true
    this.#notify()
  }

  /** The service is shutting down: from now on it is not ready. */
  draining(): void {
    this.#draining = true
    this.#notify()
  }

  snapshot(): HealthSnapshot {
    const dependencies = [...this.#dependencies].map(([name, state]) => ({ name, ...state }))
    const ready = this.#started && !this.#draining && dependencies.every(({ up, required }) => up || !required)
    return { started: this.#started, draining: this.#draining, ready, dependencies }
  }

  /** Calls back at each change; returns the function that unsubscribes. */
  watch(listener: (snapshot: HealthSnapshot) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #notify(): void {
    const snapshot = this.snapshot()
    for (const listener of this.#listeners) listener(snapshot)
  }
}
