import { AuthServiceDefinition } from '@elder/contracts/auth'
import { __Service__ServiceDefinition } from '@elder/contracts/__name__'
import { Health, serveAdmin, Teardown, type Service } from '@elder/lifecycle'
import { connectBroker, startHeartbeat } from '@elder/messaging'
import { connectRpc, implement, serveRpc, verifyKeyBy } from '@elder/rpc'
import { createTelemetry } from '@elder/telemetry'
import pkg from '../package.json' with { type: 'json' }
import type { Config } from './config.ts'
import { handlers } from './rpc.ts'

const name = '__name__'

export interface RunningService extends Service {
  readonly rpcPort: number
  readonly adminPort: number
}

export async function start(config: Config): Promise<RunningService> {
  const telemetry = await createTelemetry(name, pkg.version, config.telemetry)
  const teardown = new Teardown(telemetry.logger)
  teardown.add('telemetry', () => telemetry.shutdown())
  try {
    const health = new Health()
    const admin = await serveAdmin(config.admin, health, telemetry)
    teardown.add('admin port', () => admin.close())

    const broker = connectBroker(config.broker, { telemetry, dependency: health.depend('nats', { required: false }) })
    teardown.add('broker', () => broker.close())
    const auth = connectRpc(AuthServiceDefinition, config.authAddress, { telemetry, principalSecret: config.rpc.principalSecret, dependency: health.depend('auth', { required: false }) })
    teardown.add('auth', () => auth.close())

    const implementations = [implement(__Service__ServiceDefinition, handlers())]
    const rpc = await serveRpc(config.rpc, { telemetry, health, implementations, verifyKey: verifyKeyBy(auth, name) })
    teardown.add('rpc', () => rpc.drain())
    const heartbeat = startHeartbeat({ broker, telemetry, health })
    teardown.add('heartbeat', () => heartbeat.stop())

    teardown.add('readiness', () => health.draining())
    health.started()
    telemetry.logger.info({ rpcPort: rpc.port, adminPort: admin.port }, 'started')
    return { rpcPort: rpc.port, adminPort: admin.port, stop: () => teardown.run() }
  } catch (error) {
    await teardown.run()
    throw error
  }
}
