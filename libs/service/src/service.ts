import { AuthServiceDefinition } from '@elder/contracts/auth'
import { Health, serveAdmin, Teardown, type AdminSettings, type Dependency, type Service } from '@elder/lifecycle'
import { connectBroker, startHeartbeat, type Broker, type BrokerSettings } from '@elder/messaging'
import { connectRpc, serveRpc, verifyKeyBy, type Definition, type Implementation, type RpcClient, type RpcSettings, type VerifyKey } from '@elder/rpc'
import { createTelemetry, type Logger, type Telemetry, type TelemetrySettings } from '@elder/telemetry'

export interface ServiceOptions {
  readonly name: string
  readonly version: string
  readonly config: { readonly telemetry: TelemetrySettings; readonly admin: AdminSettings; readonly broker: BrokerSettings }
  /** Signs the principal in calls to other services. */
  readonly principalSecret: string
  /** Limit for each step of the shutdown. */
  readonly closeTimeoutMs?: number
}

/** What a service is built with. Everything opened through it is closed in reverse order when the service stops or its start fails. */
export interface ServiceContext {
  readonly telemetry: Telemetry
  readonly logger: Logger
  readonly health: Health
  readonly broker: Broker
  /** Declares a dependency for the health report. The same name always gives the same dependency. */
  depend(name: string, options?: { required: boolean }): Dependency
  /** Creates a client of another service. With `dependency` it reports under that name whether the service can be reached. */
  connect<D extends Definition>(definition: D, address: string, dependency?: string): RpcClient<D>
  /** Creates the function that verifies direct callers' keys with the auth service at this address. */
  verifyKeysAt(address: string): VerifyKey
  serve(settings: RpcSettings, implementations: readonly Implementation[], verifyKey: VerifyKey): Promise<{ rpcPort: number }>
  onStop(name: string, close: () => unknown): void
}

export type Running<T> = T & Service & { readonly adminPort: number }

/**
 * Starts telemetry, the admin port and the broker, then what `build` builds, then the heartbeat. The service is ready once its required
 * dependencies are up. Stopping begins by reporting "not ready". A start that fails closes everything it had opened.
 */
export async function startService<T extends object>({ name, version, config, principalSecret, closeTimeoutMs }: ServiceOptions, build: (context: ServiceContext) => Promise<T>): Promise<Running<T>> {
  const telemetry = await createTelemetry(name, version, config.telemetry)
  const teardown = new Teardown(telemetry.logger, closeTimeoutMs)
  const onStop = (what: string, close: () => unknown) => teardown.add(what, close)
  onStop('telemetry', () => telemetry.shutdown())
  try {
    const health = new Health()
    const dependencies = new Map<string, Dependency>()
    const depend: ServiceContext['depend'] = (what, options = { required: false }) => {
      const dependency = dependencies.get(what) ?? health.depend(what, options)
      dependencies.set(what, dependency)
      return dependency
    }
    const admin = await serveAdmin(config.admin, health, telemetry)
    onStop('admin port', () => admin.close())
    const broker = connectBroker(config.broker, { telemetry, dependency: depend('nats') })
    onStop('broker', () => broker.close())

    const connect: ServiceContext['connect'] = (definition, address, dependency) => {
      const client = connectRpc(definition, address, { telemetry, principalSecret, ...(dependency !== undefined && { dependency: depend(dependency) }) })
      onStop('rpc client', () => client.close())
      return client
    }
    const built = await build({
      telemetry,
      logger: telemetry.logger,
      health,
      broker,
      depend,
      onStop,
      connect,
      verifyKeysAt: (address) => verifyKeyBy(connect(AuthServiceDefinition, address, 'auth'), name),
      async serve(settings, implementations, verifyKey) {
        const rpc = await serveRpc(settings, { telemetry, health, implementations, verifyKey })
        onStop('rpc', () => rpc.drain())
        return { rpcPort: rpc.port }
      },
    })

    const heartbeat = startHeartbeat({ broker, telemetry, health })
    onStop('heartbeat', () => heartbeat.stop())
    onStop('readiness', () => health.draining())
    health.started()
    const places: object = { ...built, adminPort: admin.port }
    telemetry.logger.info(places, 'started')
    return { ...built, adminPort: admin.port, stop: () => teardown.run() }
  } catch (error) {
    await teardown.run()
    throw error
  }
}
