import type { sendUnaryData, Server, ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js'
import { HealthCheckResponse_ServingStatus as Serving, HealthDefinition, type HealthCheckRequest, type HealthCheckResponse } from '@elder/contracts/health'
import { ServiceError } from '@elder/errors'
import type { Health } from '@elder/lifecycle'
import { wireMethod } from './definition.ts'
import { toStatus } from './status.ts'

/**
 * grpc.health.v1 over the service's own health. The published helper package reads its .proto at run time, which costs
 * every service 14 MB of memory for these two methods.
 */
export function serveHealth(server: Server, health: Health, services: readonly string[]): () => void {
  const known = new Set(['', ...services])
  const watchers = new Set<() => void>()
  const status = () => (health.snapshot().ready ? Serving.SERVING : Serving.NOT_SERVING)

  server.addService(
    { check: wireMethod(HealthDefinition, HealthDefinition.methods.check), watch: wireMethod(HealthDefinition, HealthDefinition.methods.watch) },
    {
      check(rpc: ServerUnaryCall<HealthCheckRequest, HealthCheckResponse>, reply: sendUnaryData<HealthCheckResponse>) {
        if (known.has(rpc.request.service)) reply(null, { status: status() })
        else reply(toStatus(new ServiceError('not_found', `no service ${rpc.request.service} here`)))
      },
      watch(rpc: ServerWritableStream<HealthCheckRequest, HealthCheckResponse>) {
        let last: Serving | undefined
        const send = () => {
          const next = known.has(rpc.request.service) ? status() : Serving.SERVICE_UNKNOWN
          if (next !== last) rpc.write({ status: (last = next) })
        }
        const stop = health.watch(send)
        const end = () => {
          stop()
          watchers.delete(end)
          rpc.end()
        }
        watchers.add(end)
        rpc.on('cancelled', end)
        send()
      },
    },
  )
  // An open watch would keep the server from draining.
  return () => watchers.forEach((end) => end())
}
