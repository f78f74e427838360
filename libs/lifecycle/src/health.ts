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

/** Reported to by whoever holds the connection. */
export interface Dependency {
  up(): void
  down(reason: string): void
}

/** What a service knows of itself and of what it leans on. */
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

  /** Everything is built; from now on readiness depends on the dependencies alone. */
  started(): void {
    this.#started = true
    this.#notify()
  }

  /** From now on not ready, whatever else. */
  draining(): void {
    this.#draining = true
    this.#notify()
  }

  snapshot(): HealthSnapshot {
    const dependencies = [...this.#dependencies].map(([name, state]) => ({ name, ...state }))
    const ready = this.#started && !this.#draining && dependencies.every(({ up, required }) => up || !required)
    return { started: this.#started, draining: this.#draining, ready, dependencies }
  }

  /** Calls back at each change; the returned function stops that. */
  watch(listener: (snapshot: HealthSnapshot) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #notify(): void {
    const snapshot = this.snapshot()
    for (const listener of this.#listeners) listener(snapshot)
  }
}
