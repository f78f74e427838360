import { Server, ServerCredentials } from '@grpc/grpc-js'
import type { Health } from '@elder/lifecycle'
import type { Telemetry } from '@elder/telemetry'
import { CallInterceptor, type AnyHandler } from './call-interceptor.ts'
import { maxMessageBytes } from './client.ts'
import { wireMethod, type Implementation } from './definition.ts'
import { serveHealth } from './health.ts'
import type { VerifyKey } from './identity.ts'
import { addReflection } from './reflection.ts'
import type { RpcSettings } from './settings.ts'

export interface RpcServer {
  readonly port: number
  /** Refuses new calls, waits for running ones, then closes. Calls still running after 8 s are cancelled. */
  drain(): Promise<void>
}

export interface ServeOptions {
  readonly telemetry: Telemetry
  readonly health: Health
  readonly implementations: readonly Implementation[]
  readonly verifyKey: VerifyKey
}

const drainTimeoutMs = 8_000

/** Serves the implementations with identity, deadlines, errors, spans and metrics; and gRPC health and reflection, which need no identity. */
export async function serveRpc(settings: RpcSettings, options: ServeOptions): Promise<RpcServer> {
  const server = new Server({ 'grpc.max_receive_message_length': maxMessageBytes, 'grpc.max_send_message_length': maxMessageBytes })
  const interceptor = new CallInterceptor(settings.principalSecret, options)
  for (const { definition, handlers } of options.implementations) {
    const methods = Object.entries(definition.methods)
    server.addService(
      Object.fromEntries(methods.map(([key, method]) => [key, wireMethod(definition, method)])),
      Object.fromEntries(methods.map(([key, method]) => [key, interceptor.wrap(`${definition.fullName}/${method.name}`, method, handlers[key] as AnyHandler)])),
    )
  }
  const stopHealth = serveHealth(
    server,
    options.health,
    options.implementations.map(({ definition }) => definition.fullName),
  )
  addReflection(server)
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${settings.host}:${settings.port}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(new Error(`cannot listen for RPC on ${settings.host}:${settings.port}: ${error.message}`))
      else resolve(bound)
    })
  })
  return {
    port,
    async drain() {
      stopHealth()
      let timer: NodeJS.Timeout | undefined
      const drained = new Promise<void>((resolve) => server.tryShutdown(() => resolve()))
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, drainTimeoutMs)
      })
      await Promise.race([drained, late])
      clearTimeout(timer)
      server.forceShutdown()
    },
  }
}
