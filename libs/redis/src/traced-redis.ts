import { context, SpanKind, SpanStatusCode, trace, type Attributes, type Context, type Tracer } from '@opentelemetry/api'
import { Redis, type ChainableCommander, type Command, type RedisOptions } from 'ioredis'
import { ServiceError } from '@elder/errors'
import { inSpan, isRecorded } from '@elder/telemetry'
import { watchAnswers } from './answer-watch.ts'

type SendArguments = Parameters<Redis['sendCommand']>

/** Error replies that mean "Redis cannot serve now". Every other error reply is a wrong command, which is a bug of ours. */
const awayReplies = /^(LOADING|MASTERDOWN|READONLY|OOM|BUSY|NOAUTH|WRONGPASS|NOREPLICAS|CLUSTERDOWN|MISCONF|TRYAGAIN|ERR max number of clients)\b/

/** Commands that ioredis itself sends on a new connection; it reads the text of their replies. */
const handshakeCommands: ReadonlySet<string> = new Set(['hello', 'auth', 'select', 'client', 'info', 'readonly'])

/** ioredis with a CLIENT span for every command of a recorded trace, and `unavailable` for every failure that is not about the command itself. */
export class TracedRedis extends Redis {
  readonly #tracer: Tracer
  // Auto-pipelining sends in a later tick, outside the caller's context; it is noted when the command is made.
  readonly #callers = new WeakMap<Command, Context>()
  readonly #watchAnswer: () => void
  readonly #unawaited = new WeakSet<object>()
  /** About how long a caller waits for an answer. */
  readonly answerWithinMs: number

  constructor(url: string, options: Omit<RedisOptions, 'replyMapping'>, { tracer, answerWithinMs }: { tracer: Tracer; answerWithinMs: number }) {
    super(url, options)
    this.#tracer = tracer
    this.answerWithinMs = answerWithinMs
    this.#watchAnswer = watchAnswers(this, answerWithinMs, (command) => !this.#unawaited.has(command))
    const { pipeline } = this
    this.pipeline = (commands) => this.#noteCallers(pipeline.call(this, commands))
  }

  override sendCommand(...[command, stream]: SendArguments): unknown {
    if (this.status !== 'connect' || !handshakeCommands.has(command.name)) this.#follow(command)
    this.#watchAnswer()
    return super.sendCommand(command, stream)
  }

  /** Sends a command that does not belong to one caller: without a span, and with ioredis' own errors. */
  sendUntraced(command: Command): void {
    this.#watchAnswer()
    super.sendCommand(command)
  }

  /** The same for a command that no caller waits for: it fails only when its connection does. */
  sendUnawaited(command: Command): void {
    this.#unawaited.add(command)
    this.sendUntraced(command)
  }

  /** Closes in any state: waits for running commands, and stops connecting if there is no connection. */
  override async quit(): Promise<'OK'> {
    if (this.status === 'ready') {
      try {
        return await super.quit()
      } catch {
        // The connection was lost during QUIT.
      }
    }
    this.disconnect()
    return 'OK'
  }

  #noteCallers(pipeline: ChainableCommander): ChainableCommander {
    const noting = pipeline as ChainableCommander & { sendCommand(command: Command): unknown }
    const send = noting.sendCommand
    noting.sendCommand = (command) => {
      this.#callers.set(command, context.active())
      return send.call(noting, command)
    }
    return pipeline
  }

  /** A CLIENT span around work of the caller that does not reach Redis as a separate command. */
  follow<T>(operation: string, work: () => Promise<T>): Promise<T> {
    if (!isWorthASpan(context.active())) return work()
    return inSpan(this.#tracer, { name: operation, kind: SpanKind.CLIENT, attributes: this.#attributesOf(operation) }, work)
  }

  #follow(command: Command): void {
    const { resolve, reject } = command
    const caller = this.#callers.get(command) ?? context.active()
    if (!isWorthASpan(caller)) {
      command.reject = (error) => reject(translate(error))
      return
    }
    const operation = command.name.toUpperCase()
    const span = this.#tracer.startSpan(operation, { kind: SpanKind.CLIENT, attributes: this.#attributesOf(operation) }, caller)
    command.resolve = (result) => {
      span.end()
      resolve(result)
    }
    command.reject = (error) => {
      span.recordException(error)
      span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
      reject(translate(error))
    }
  }

  #attributesOf(operation: string): Attributes {
    return {
      'db.system.name': 'redis',
      'db.operation.name': operation,
      'db.namespace': String(this.options.db ?? 0),
      'server.address': this.options.host ?? '',
      'server.port': this.options.port ?? 6379,
    }
  }
}

/** A command in a trace that is not recorded needs no span; one outside a trace may begin a trace. */
function isWorthASpan(caller: Context): boolean {
  return trace.getSpanContext(caller) === undefined || isRecorded(caller)
}

export function translate(error: Error): Error {
  if (error instanceof ServiceError) return error
  if (error.name === 'ReplyError' && !awayReplies.test(error.message)) return error
  const reason = error.message.startsWith('Stream isn') ? 'not connected' : error.message
  return new ServiceError('unavailable', `redis is unavailable: ${reason}`, { cause: error })
}
