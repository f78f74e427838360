import { State } from '@elder/contracts/monitoring'
import { parkedMessages, type Diagnosis } from './diagnosis.ts'

export interface ComponentState {
  readonly component: string
  readonly state: State
  /** The reason of the cause; empty when up. */
  readonly reason: string
}

export interface Transition extends ComponentState {
  readonly changedAt: Date
}

/** All services, shared dependencies and the parked messages with their states. Unknown states are left out. */
export function componentStates({ services, causes, parked }: Diagnosis): ComponentState[] {
  const states = new Map<string, ComponentState>()
  const names = new Set(services.map(({ name }) => name))
  const reasonOf = (component: string) => (causes.find((cause) => cause.component === component) ?? causes.find(({ affects }) => affects.includes(component)))?.reason ?? ''
  for (const { name, state, dependencies } of services) {
    states.set(name, { component: name, state, reason: state === State.STATE_UP ? '' : reasonOf(name) })
    for (const dependency of dependencies) {
      if (names.has(dependency.name)) continue
      const component = dependency.name
      if (!dependency.up) states.set(component, { component, state: State.STATE_DOWN, reason: reasonOf(component) || dependency.reason })
      else if (!states.has(component)) states.set(component, { component, state: State.STATE_UP, reason: '' })
    }
  }
  if (parked !== undefined) states.set(parkedMessages, { component: parkedMessages, state: parked === 0 ? State.STATE_UP : State.STATE_DEGRADED, reason: parked === 0 ? '' : reasonOf(parkedMessages) })
  return [...states.values()].filter(({ state }) => state !== State.STATE_UNSPECIFIED)
}

// A short restart, or two services that notice an outage one after the other, is one change, not three.
const settledAfterMs = 2_000

/** Tracks the states over time, and yields a transition once a component has kept a new state long enough. */
export function createTransitions() {
  const settled = new Map<string, State>()
  const pending = new Map<string, { state: State; since: number }>()
  return {
    follow(diagnosis: Diagnosis, now: number): Transition[] {
      const transitions: Transition[] = []
      for (const { component, state, reason } of componentStates(diagnosis)) {
        if (settled.get(component) === state) {
          pending.delete(component)
          continue
        }
        const begun = pending.get(component)
        if (begun?.state !== state) pending.set(component, { state, since: now })
        else if (now - begun.since >= settledAfterMs) {
          pending.delete(component)
          settled.set(component, state)
          transitions.push({ component, state, reason, changedAt: new Date(begun.since) })
        }
      }
      return transitions
    },
  }
}
