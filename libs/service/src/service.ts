import { AuthServiceDefinition } from '@elder/contracts/auth'
import { Health, serveAdmin, Teardown, type AdminSettings, type Dependency, type Service } from '@elder/lifecycle'
import { connectBroker, startHeartbeat, type Broker, type BrokerSettings } from '@elder/messaging'
import { connectRpc, serveRpc, verifyKeyBy, type Definition, type Implementation, type RpcClient, type RpcSettings, type VerifyKey } from '@elder/rpc'
import { createTelemetry, type Logger, type Telemetry, type TelemetrySettings } from '@elder/telemetry'

export interface ServiceOptions {
  readonly name: string
  readonly version: string
  readonly config: { readonly telemetry: TelemetrySettings; readonly admin: AdminSettings; readonly broker: BrokerSettings }
  /** Signs what is asked of other services. */
  readonly principalSecret: string
  /** Of each thing that is closed at the end. */
  readonly closeTimeoutMs?: number
}

/** What a service is built with. Whatever is opened through it is closed when the service stops, or when its start fails; the last opened first. */
export interface Frame {
  readonly telemetry: Telemetry
  readonly logger: Logger
  readonly health: Health
  readonly broker: Broker
  /** The same dependency for the same name. */
  depend(name: string, options?: { required: boolean }): Dependency
  /** A client of another service; with the name of a dependency it reports there whether the service can be reached. */
  connect<D extends Definition>(definition: D, address: string, dependency?: string): RpcClient<D>
  /** How auth, at this address, is asked whose a direct caller's key is. */
  verifyKeysAt(address: string): VerifyKey
  serve(settings: RpcSettings, implementations: readonly Implementation[], verifyKey: VerifyKey): Promise<{ rpcPort: number }>
  onStop(name: string, close: () => unknown): void
}

export type Running<T> = T & Service & { readonly adminPort: number }

/**
 * Starts telemetry, the admin port and the broker, then what `build` builds, then the heartbeat, and is ready as soon as what the service requires
 * is there. A service that stops first says that it is not ready any more. A start that fails leaves nothing open.
 */
export async function startService<T extends object>({ name, version, config, principalSecret, closeTimeoutMs }: ServiceOptions, build: (frame: Frame) => Promise<T>): Promise<Running<T>> {
  const telemetry = await createTelemetry(name, version, config.telemetry)
  const teardown = new Teardown(telemetry.logger, closeTimeoutMs)
  const onStop = (what: string, close: () => unknown) => teardown.add(what, close)
  onStop('telemetry', () => telemetry.shutdown())
  try {
    const health = new Health()
    const dependencies = new Map<string, Dependency>()
    const depend: Frame['depend'] = (what, options = { required: false }) => {
      const dependency = dependencies.get(what) ?? health.depend(what, options)
      dependencies.set(what, dependency)
      return dependency
    }
    const admin = await serveAdmin(config.admin, health, telemetry)
    onStop('admin port', () => admin.close())
    const broker = connectBroker(config.broker, { telemetry, dependency: depend('nats') })
    onStop('broker', () => broker.close())

    const connect: Frame['connect'] = (definition, address, dependency) => {
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
