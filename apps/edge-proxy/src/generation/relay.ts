import { Outcome } from '@elder/contracts/edge-events'
import type { GenerationRequest } from '@elder/dialects'
import { ServiceError } from '@elder/errors'
import type { Route } from '@elder/providers'
import type { Telemetry } from '@elder/telemetry'
import type { Abandonable, Exchange } from '../exchange.ts'
import type { Metrics } from '../metrics.ts'
import { Attempt, type AttemptListener } from './attempt.ts'
import { clearest, crowded, givenPause, isStale, meaningOf, ProviderRefusal } from './provider-failures.ts'

export interface RelaySettings {
  readonly firstByteTimeoutMs: number
  readonly wholeAnswerTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly longestStreamMs: number
  readonly connectionsPerProvider: number
  readonly keepAliveMs: number
}

export interface RelayParts {
  readonly settings: RelaySettings
  readonly telemetry: Telemetry
  readonly metrics: Metrics
}

/**
 * Sends an accepted request to the first of its routes that answers, and the answer back as it comes and no faster than the client
 * takes it. Until something of an answer has reached the client, a failure sends the request to the next route, as far as the budget
 * for repeats allows. Whoever leaves first ends both sides. Nobody waits for the end: a failure is told to the client from here.
 */
export function relay(exchange: Exchange, routes: readonly Route[], request: GenerationRequest, body: Buffer, parts: RelayParts): void {
  new Relay(exchange, routes, { request, body }, parts).start()
}

interface Content {
  readonly request: GenerationRequest
  readonly body: Buffer
}

const mostAttempts = 5
// Nobody was asked anything.
const unreached: ReadonlySet<string> = new Set(['PROVIDER_UNREACHABLE', 'NOT_TRANSLATABLE', 'INVALID_FIELD'])
const hedgeShare = 0.5

class Relay implements AttemptListener, Abandonable {
  readonly #exchange: Exchange
  readonly #routes: readonly Route[]
  readonly #parts: RelayParts
  readonly #startedAt = performance.now()
  /** Let go once an answer has begun: nobody will be asked again. */
  #content: Content | undefined
  #next = 0
  #attempts = 0
  #reached = false
  #current: Attempt | undefined
  #hedge: Attempt | undefined
  #hedgeTimer: NodeJS.Timeout | undefined
  #deadline: NodeJS.Timeout | undefined
  #failures: ServiceError[] | undefined
  #resorts: Route[] | undefined
  #firstByteMicros = 0
  #isSettled = false

  constructor(exchange: Exchange, routes: readonly Route[], content: Content, parts: RelayParts) {
    this.#exchange = exchange
    this.#routes = routes
    this.#content = content
    this.#parts = parts
  }

  start(): void {
    const exchange = this.#exchange
    if (exchange.hasLeft) return this.#settle(Outcome.OUTCOME_ABORTED)
    const timeoutMs = exchange.timeoutMs
    if (timeoutMs !== undefined) this.#deadline = setTimeout(passDeadline, timeoutMs, exchange, timeoutMs)
    exchange.worker = this
    this.#routes[0]?.budget.deposit()
    const first = this.#routeOrResort()
    if (!first) return this.#fail()
    this.#armHedge(first)
    this.#current = this.#attempt(first)
    this.#send(this.#current)
  }

  begun(attempt: Attempt): void {
    this.#firstByteMicros = this.#micros()
    this.#content = undefined
    this.#exchange.releaseBody()
    clearTimeout(this.#hedgeTimer)
    const other = attempt === this.#current ? this.#hedge : this.#current
    if (!this.#hedge || !other) return
    this.#parts.metrics.hedges.inc({ provider: this.#hedge.route.provider.name, outcome: attempt === this.#hedge ? 'won' : 'lost' })
    this.#current = attempt
    this.#hedge = undefined
    other.route.circuit.unknown()
    other.cancel(new Error('another provider was faster'))
  }

  over(attempt: Attempt, error: ServiceError | undefined): void {
    this.#reached ||= error === undefined || !unreached.has(error.reason ?? '')
    if (!error) return this.#answered(attempt)
    this.#learn(attempt.route, error)
    ;(this.#failures ??= []).push(error)
    if (this.#isSettled) return
    if (attempt.hasBegun) return this.#settle(attempt.outcome, error)
    // The other one may still answer.
    const other = attempt === this.#current ? this.#hedge : this.#current
    if (other && this.#hedge) {
      this.#current = other
      this.#hedge = undefined
      return
    }
    this.#tryAgain(attempt, error)
  }

  #answered(attempt: Attempt): void {
    const { circuit, provider } = attempt.route
    circuit.succeeded()
    provider.condition.ejection.succeeded()
    if (!attempt.hasBegun) this.begun(attempt)
    this.#settle(attempt.outcome)
  }

  #tryAgain(failed: Attempt, error: ServiceError): void {
    const { metrics } = this.#parts
    const { name } = failed.route.provider
    if (!meaningOf(error) && !failed.isUnsayable) return this.#settle(Outcome.OUTCOME_FAILED, error)
    const again = this.#attempts === 1 && this.#routes.length === 1 && isStale(error) ? failed.route : this.#routeOrResort()
    if (!again || this.#attempts >= mostAttempts) return this.#fail()
    if (!failed.isUnsayable && !again.budget.withdraw()) {
      metrics.failovers.inc({ provider: name, outcome: 'over_budget' })
      return this.#fail()
    }
    metrics.failovers.inc({ provider: name, outcome: 'tried' })
    this.#current = this.#attempt(again)
    this.#send(this.#current)
  }

  /** The next route that may be asked; those passed over leave their reason. */
  #nextRoute(): Route | undefined {
    while (this.#next < this.#routes.length) {
      const route = this.#routes[this.#next++] as Route
      const hindrance = this.#hindranceOf(route)
      if (!hindrance) return route
      ;(this.#failures ??= []).push(hindrance)
      if (this.#mayBeBack(route)) (this.#resorts ??= []).push(route)
    }
    return undefined
  }

  /** Those who are left alone after failures are better than nobody: each may be back, and nobody would know while others answered. */
  #routeOrResort(): Route | undefined {
    return this.#nextRoute() ?? this.#resorts?.shift()
  }

  // Waiting in vain is spared to everybody but the one who tries.
  #mayBeBack({ circuit, provider }: Route): boolean {
    return circuit.isOpen && circuit.cause?.reason !== 'PROVIDER_TIMEOUT' && !circuit.isResting(Date.now()) && provider.connection.inFlight < this.#parts.settings.connectionsPerProvider
  }

  #hindranceOf({ circuit, provider }: Route): ServiceError | undefined {
    if (provider.connection.inFlight >= this.#parts.settings.connectionsPerProvider) return crowded(provider)
    if (circuit.isWell) return undefined
    const now = Date.now()
    // Told to wait, the only provider of a model still gets what others ask of it: it may mean their size, not their number.
    if (circuit.admits(now) && (this.#routes.length === 1 || !circuit.isResting(now))) return undefined
    return givenPause(circuit.cause, provider, circuit.waitMs(now))
  }

  #attempt(route: Route): Attempt {
    this.#attempts++
    const { openTap } = this.#exchange
    if (openTap) this.#exchange.tap = openTap()
    return new Attempt(this.#exchange, route, this.#parts, this)
  }

  // Known as the current one before it is sent: it may fail at once.
  #send(attempt: Attempt): void {
    if (this.#content) attempt.send(this.#content.request, this.#content.body)
  }

  #armHedge({ provider: { settings } }: Route): void {
    // What looks at an answer on its way looks at one only.
    if (settings.hedgeAfterMs === undefined || this.#exchange.openTap || this.#next >= this.#routes.length) return
    this.#hedgeTimer = setTimeout(hedgeLate, settings.hedgeAfterMs, this)
  }

  /** The first byte has not come in time: a second provider is asked beside the first. */
  hedge(): void {
    const current = this.#current
    if (this.#isSettled || !current || current.hasData || !this.#content) return
    // Half of the budget stays for those who have nobody left to wait for.
    if (!current.route.budget.withdraw(hedgeShare)) return
    const route = this.#nextRoute()
    if (!route) return
    this.#hedge = this.#attempt(route)
    this.#send(this.#hedge)
  }

  /** What a failure teaches about a provider, for the requests of others. */
  #learn({ circuit, provider }: Route, error: ServiceError): void {
    const meaning = meaningOf(error)
    if (!meaning) return circuit.unknown()
    const now = Date.now()
    const restMs = error.retryAfterMs ?? meaning.restMs
    if (restMs > 0) circuit.rest(restMs, error, now)
    if (restMs > 0 || meaning.isIll) provider.condition.lastFailure = { atMs: now, reason: error.reason, message: error.message }
    // The only provider of a model is asked again at once, lest it be back already: only waiting for it in vain is spared to others.
    if (meaning.isIll && (this.#routes.length > 1 || error.reason === 'PROVIDER_TIMEOUT')) circuit.failed(error, now)
    else circuit.unknown()
    if (meaning.isShared) provider.failed(now)
  }

  abandon(reason: ServiceError): void {
    const { hasLeft } = this.#exchange
    const told = hasLeft ? undefined : reason
    for (const attempt of [this.#current, this.#hedge]) {
      attempt?.route.circuit.unknown()
      attempt?.cancel(reason, told)
    }
    this.#reached ||= this.#attempts > 0
    this.#settle(hasLeft ? Outcome.OUTCOME_ABORTED : Outcome.OUTCOME_FAILED, told)
  }

  #fail(): void {
    this.#settle(Outcome.OUTCOME_FAILED, clearest(this.#failures ?? []))
  }

  #settle(outcome: Outcome, error?: ServiceError): void {
    if (this.#isSettled) return
    this.#isSettled = true
    clearTimeout(this.#hedgeTimer)
    clearTimeout(this.#deadline)
    const exchange = this.#exchange
    exchange.worker = undefined
    this.#content = undefined
    // Nobody was reached, nothing was used.
    if (this.#reached) {
      const last = this.#current
      exchange.completion = {
        outcome,
        firstByteMicros: this.#firstByteMicros,
        durationMicros: this.#micros(),
        attempts: this.#attempts,
        ...(last && { provider: last.route.provider.name }),
        ...last?.charge,
      }
    }
    if (!error) return
    if (error instanceof ProviderRefusal && !exchange.response.headersSent) {
      exchange.note(error)
      const { status, headers, body } = error.answer
      void exchange.answer(status, headers, body)
    } else void exchange.fail(error)
  }

  #micros(): number {
    return Math.round((performance.now() - this.#startedAt) * 1_000)
  }
}

function hedgeLate(relayed: Relay): void {
  relayed.hedge()
}

function passDeadline(exchange: Exchange, timeoutMs: number): void {
  exchange.abandon(new ServiceError('deadline_exceeded', `the answer was not complete within the ${timeoutMs} ms of X-Elder-Timeout-Ms`, { reason: 'DEADLINE_PASSED' }))
}
