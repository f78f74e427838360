import { __Service__ServiceDefinition } from '@elder/contracts/__name__'
import { implement } from '@elder/rpc'
import { startService, type Running } from '@elder/service'
import pkg from '../package.json' with { type: 'json' }
import type { Config } from './config.ts'
import { handlers } from './rpc.ts'

export type RunningService = Running<{ rpcPort: number }>

export function start(config: Config): Promise<RunningService> {
  return startService({ name: '__name__', version: pkg.version, config, principalSecret: config.rpc.principalSecret }, ({ serve, verifyKeysAt }) =>
    serve(config.rpc, [implement(__Service__ServiceDefinition, handlers())], verifyKeysAt(config.authAddress)),
  )
}
