import * as tls from 'node:tls'
import { Agent, setGlobalDispatcher } from 'undici'

export function connectTo(host: string, port: number) {
  // ruleid: unverified-peer
  return tls.connect({ host, port, rejectUnauthorized: false })
}

// ruleid: unverified-peer
setGlobalDispatcher(new Agent({ connect: { rejectUnauthorized: false } }))
