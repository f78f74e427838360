import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Registry } from 'prom-client'
import type { EnvReader } from '@elder/config'
import type { Health, HealthSnapshot } from './health.ts'

export interface AdminSettings {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
}

export function readAdminSettings(e: EnvReader, fallbackPort: number): AdminSettings {
  return { host: e.string('ADMIN_HOST', { fallback: '127.0.0.1' }), port: e.int('ADMIN_PORT', { min: 0, max: 65_535, fallback: fallbackPort }) }
}

interface Subject {
  readonly service: string
  readonly metrics: Pick<Registry, 'contentType' | 'metrics'>
}

export interface AdminServer {
  readonly port: number
  close(): Promise<void>
}

/**
 * Serves /livez, /readyz, /startupz and /metrics for probes and scrapers, on a port of its own and never on a public one.
 * /livez answers as long as the event loop turns: no dependency can get a process killed.
 */
export async function serveAdmin(settings: AdminSettings, health: Health, { service, metrics }: Subject): Promise<AdminServer> {
  const probes: Record<string, (snapshot: HealthSnapshot) => boolean> = {
    '/livez': () => true,
    '/readyz': (snapshot) => snapshot.ready,
    '/startupz': (snapshot) => snapshot.started,
  }
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] as string
    const probe = probes[path]
    if (probe) {
      const snapshot = health.snapshot()
      response.writeHead(probe(snapshot) ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify({ service, pid: process.pid, ...snapshot }))
    } else if (path === '/metrics') {
      response.writeHead(200, { 'content-type': metrics.contentType }).end(await metrics.metrics())
    } else {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(settings.port, settings.host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
