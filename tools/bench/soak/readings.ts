/** What the services of a platform say of themselves, and what the system says of their memory. */
import { readFileSync } from 'node:fs'

export interface Watched {
  readonly name: string
  readonly adminPort: number
}

export interface Reading {
  readonly residentMiB: number
  readonly heapMiB: number
  readonly handles: number
  readonly sockets: number
  readonly timers: number
}

export const figures = ['residentMiB', 'heapMiB', 'handles', 'sockets', 'timers'] as const satisfies (keyof Reading)[]

/** The services of a platform that runs in a checkout, each with the port that answers for it. */
export function servicesOf(stateFile: string): Watched[] {
  const { services } = JSON.parse(readFileSync(stateFile, 'utf8')) as { services: { name: string; adminPort: number }[] }
  return services.map(({ name, adminPort }) => ({ name, adminPort }))
}

/** Undefined while a service does not answer. */
export async function read({ adminPort }: Watched): Promise<Reading | undefined> {
  const text = await fetch(`http://127.0.0.1:${adminPort}/metrics`).then(
    (response) => response.text(),
    () => undefined,
  )
  if (text === undefined) return undefined
  const sum = (pattern: RegExp) => [...text.matchAll(pattern)].reduce((total, [, value]) => total + Number(value), 0)
  return {
    residentMiB: sum(/^process_resident_memory_bytes(?:\{[^}]*\})? (\S+)/gm) / 1_048_576,
    heapMiB: sum(/^nodejs_heap_size_used_bytes(?:\{[^}]*\})? (\S+)/gm) / 1_048_576,
    handles: sum(/^nodejs_active_handles_total(?:\{[^}]*\})? (\S+)/gm),
    sockets: sum(/^nodejs_active_resources\{[^}]*type="(?:TCPSocketWrap|TLSWrap)"[^}]*\} (\S+)/gm),
    timers: sum(/^nodejs_active_resources\{[^}]*type="Timeout"[^}]*\} (\S+)/gm),
  }
}
