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
 * Sends an accepted request to its routes in order until one answers, and relays the answer with back-pressure from the client. Until part
 * of an answer has been sent to the client, a failure moves the request to the next route, as far as the retry budget allows. If either
 * side disconnects, the other one is ended too. Returns at once: failures are answered from here.
 */
export function relay(exchange: Exchange, routes: readonly Route[], request: GenerationRequest, body: Buffer, parts: RelayParts): void {
  new Relay(exchange, routes, { request, body }, parts).start()
}

interface Content {
  readonly request: GenerationRequest
  readonly body: Buffer
}

const maxAttempts = 5
// Failures for which no request reached a provider.
const unreached: ReadonlySet<string> = new Set(['PROVIDER_UNREACHABLE', 'NOT_TRANSLATABLE', 'INVALID_FIELD'])
const hedgeShare = 0.5

class Relay implements AttemptListener, Abandonable {
  readonly #exchange: Exchange
  readonly #routes: readonly Route[]
  readonly #parts: RelayParts
  readonly #startedAt = performance.now()
  /** Dropped once an answer has begun, since no other provider will be asked. */
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
    // The hedged attempt may still answer.
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
    if (!again || this.#attempts >= maxAttempts) return this.#fail()
    if (!failed.isUnsayable && !again.budget.withdraw()) {
      metrics.failovers.inc({ provider: name, outcome: 'over_budget' })
      return this.#fail()
    }
    metrics.failovers.inc({ provider: name, outcome: 'tried' })
    this.#current = this.#attempt(again)
    this.#send(this.#current)
  }

  /** The next route that may be asked; the reasons of those that are skipped are kept. */
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

  /** The next route, else one that is paused after failures: its provider may have recovered, which nobody notices while others answer. */
  #routeOrResort(): Route | undefined {
    return this.#nextRoute() ?? this.#resorts?.shift()
  }

  // Not after a time-out: only the probe of the circuit breaker may wait for such a provider.
  #mayBeBack({ circuit, provider }: Route): boolean {
    return circuit.isOpen && circuit.cause?.reason !== 'PROVIDER_TIMEOUT' && !circuit.isResting(Date.now()) && provider.connection.inFlight < this.#parts.settings.connectionsPerProvider
  }

  #hindranceOf({ circuit, provider }: Route): ServiceError | undefined {
    if (provider.connection.inFlight >= this.#parts.settings.connectionsPerProvider) return crowded(provider)
    if (circuit.isWell) return undefined
    const now = Date.now()
    // The only provider of a model is asked even if it sent Retry-After: its limit may concern the size of earlier requests, not their number.
    if (circuit.admits(now) && (this.#routes.length === 1 || !circuit.isResting(now))) return undefined
    return givenPause(circuit.cause, provider, circuit.waitMs(now))
  }

  #attempt(route: Route): Attempt {
    this.#attempts++
    const { openTap } = this.#exchange
    if (openTap) this.#exchange.tap = openTap()
    return new Attempt(this.#exchange, route, this.#parts, this)
  }

  // Called only after the attempt was stored as #current or #hedge, because it may fail at once.
  #send(attempt: Attempt): void {
    if (this.#content) attempt.send(this.#content.request, this.#content.body)
  }

  #armHedge({ provider: { settings } }: Route): void {
    // A tap can inspect only one answer.
    if (settings.hedgeAfterMs === undefined || this.#exchange.openTap || this.#next >= this.#routes.length) return
    this.#hedgeTimer = setTimeout(hedgeLate, settings.hedgeAfterMs, this)
  }

  /** Asks a second provider in parallel, because the first byte has not arrived in time. */
  hedge(): void {
    const current = this.#current
    if (this.#isSettled || !current || current.hasData || !this.#content) return
    // Hedges may use only half of the retry budget; the rest is kept for retries after failures.
    if (!current.route.budget.withdraw(hedgeShare)) return
    const route = this.#nextRoute()
    if (!route) return
    this.#hedge = this.#attempt(route)
    this.#send(this.#hedge)
  }

  /** Updates the provider's circuit breaker and condition after a failure. */
  #learn({ circuit, provider }: Route, error: ServiceError): void {
    const meaning = meaningOf(error)
    if (!meaning) return circuit.unknown()
    const now = Date.now()
    const restMs = error.retryAfterMs ?? meaning.restMs
    if (restMs > 0) circuit.rest(restMs, error, now)
    if (restMs > 0 || meaning.isIll) provider.condition.lastFailure = { atMs: now, reason: error.reason, message: error.message }
    // The circuit of a model's only provider stays closed, since it may have recovered; only time-outs open it, to spare others the wait.
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
    // No provider was reached, so nothing was used.
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
