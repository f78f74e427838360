import type { EnvReader } from '@elder/config'

export interface RpcSettings {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** Shared by the services of one platform: signs who is asking. */
  readonly principalSecret: string
}

export function readRpcSettings(e: EnvReader, fallbackPort: number): RpcSettings {
  return {
    host: e.string('RPC_HOST', { fallback: '127.0.0.1' }),
    port: e.int('RPC_PORT', { min: 0, max: 65_535, fallback: fallbackPort }),
    principalSecret: e.secret('PRINCIPAL_SECRET'),
  }
}
