import { setTimeout as delay } from 'node:timers/promises'
import {
  BrokenCircuitError,
  bulkhead,
  BulkheadRejectedError,
  circuitBreaker,
  ConsecutiveBreaker,
  handleWhen,
  noop,
  TaskCancelledError,
  timeout,
  TimeoutStrategy,
  wrap,
  type IPolicy,
} from 'cockatiel'
import { Counter, type Registry } from 'prom-client'
import { retryDelayMs, ServiceError, type Code } from '@elder/errors'
import { RetryBudget } from './retry-budget.ts'

export interface PolicyOptions {
  /** Limit for one attempt. */
  readonly timeoutMs?: number
  /** Only `unavailable` is retried; `attempts` includes the first. The retry budget allows one retry for five calls, plus ten. */
  readonly retry?: { readonly attempts: number }
  /** Opens after so many consecutive failures of the dependency, and lets one call try again after halfOpenAfterMs. */
  readonly breaker?: { readonly failures: number; readonly halfOpenAfterMs: number }
  readonly bulkhead?: { readonly concurrent: number; readonly queued: number }
}

export interface Policy {
  /** Throws what the work threw, or ServiceError: deadline_exceeded (timeout), unavailable (open circuit), resource_exhausted (bulkhead full). */
  execute<T>(work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T>
}

// Codes that count as a failure of the dependency. Any other error is an answer: the dependency works.
const failures: ReadonlySet<Code> = new Set(['unavailable', 'deadline_exceeded', 'internal', 'unknown', 'data_loss'])

/** How one dependency is called. Declared in each service's policies.ts, one line a dependency. */
export function createPolicy(name: string, options: PolicyOptions, metrics: Registry): Policy {
  const outcomes = outcomeCounter(metrics)
  const isFailure = (error: unknown) => error instanceof TaskCancelledError || !(error instanceof ServiceError) || failures.has(error.code)
  const layers: IPolicy[] = []
  if (options.bulkhead) layers.push(bulkhead(options.bulkhead.concurrent, options.bulkhead.queued))
  if (options.breaker)
    layers.push(circuitBreaker(handleWhen(isFailure), { halfOpenAfter: options.breaker.halfOpenAfterMs, breaker: new ConsecutiveBreaker(options.breaker.failures) }))
  if (options.timeoutMs !== undefined) {
    // Do not abort work that has already ended: every failure would look like a timeout.
    layers.push(timeout(options.timeoutMs, { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false }))
  }
  const guarded = layers.length > 0 ? wrap(...layers) : noop
  const budget = new RetryBudget({ ratio: 0.2, floor: 10 })

  async function attempt<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    let given: AbortSignal | undefined
    try {
      return await guarded.execute((context) => work((given = context.signal)), signal)
    } catch (error) {
      if (signal?.aborted) throw new ServiceError('cancelled', `the call to ${name} was given up`, { cause: error })
      // Work that obeys the signal rejects with its own error before the timeout's error arrives; both mean a timeout.
      if (given?.aborted) throw new ServiceError('deadline_exceeded', `${name} did not answer within ${options.timeoutMs} ms`, { cause: error })
      throw translate(name, options, error)
    }
  }

  async function execute<T>(work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    budget.deposit()
    for (let attempts = 1; ; attempts++) {
      try {
        const result = await attempt(work, signal)
        outcomes.inc({ policy: name, outcome: 'ok' })
        return result
      } catch (error) {
        outcomes.inc({ policy: name, outcome: error instanceof ServiceError ? error.code : 'internal' })
        const again = isRetryable(error) && attempts < (options.retry?.attempts ?? 1) && budget.withdraw()
        if (!again) throw error
        await delay(retryDelayMs(attempts), undefined, signal ? { signal } : {})
      }
    }
  }
  return { execute }
}

function isRetryable(error: unknown): boolean {
  return error instanceof ServiceError && error.code === 'unavailable' && error.reason !== 'CIRCUIT_OPEN'
}

function translate(name: string, options: PolicyOptions, error: unknown): unknown {
  if (error instanceof BrokenCircuitError)
    return new ServiceError('unavailable', `${name} keeps failing and is given a pause`, { reason: 'CIRCUIT_OPEN', retryAfterMs: options.breaker?.halfOpenAfterMs ?? 1_000, cause: error })
  if (error instanceof BulkheadRejectedError) return new ServiceError('resource_exhausted', `too many calls to ${name} are waiting`, { reason: 'BULKHEAD_FULL', retryAfterMs: 1_000, cause: error })
  return error
}

function outcomeCounter(metrics: Registry): Counter<'policy' | 'outcome'> {
  const name = 'elder_policy_executions_total'
  const existing = metrics.getSingleMetric(name)
  if (existing) return existing as Counter<'policy' | 'outcome'>
  return new Counter({ name, help: 'Calls to a dependency through its policy, by outcome.', labelNames: ['policy', 'outcome'], registers: [metrics] })
}
