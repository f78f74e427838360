import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import * as tls from 'node:tls'

// ok: unverified-peer
export const agent = new Agent({ ca: readFileSync('/etc/ssl/internal-ca.pem') })

// ok: unverified-peer
export const ownMachine = (port: number) => tls.connect({ host: 'localhost', port, rejectUnauthorized: false })

// ok: unverified-peer
export const asked = (isInsecure: boolean) => new Agent({ rejectUnauthorized: !isInsecure })

// ok: unverified-peer
export const server = tls.createServer({ requestCert: true, rejectUnauthorized: false, key, cert })

export const askAgain = (connection: tls.TLSSocket, done: (error: Error | null) => void) =>
  // ok: unverified-peer
  connection.renegotiate({ requestCert: true, rejectUnauthorized: false }, done)
