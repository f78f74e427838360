import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { freePort } from '@elder/backing'
import type { Behaviour } from '@elder/testkit'

const program = fileURLToPath(new URL('../libs/testkit/src/provider-main.ts', import.meta.url))

/** A provider stand-in in a process of its own, so that it can die as a process does. */
export interface ProviderProcess {
  /** The same in each of its lives. */
  readonly url: string
  /** Resolves once it takes requests again. */
  start(): Promise<void>
  /** By SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
}

export async function startProviderProcess(behaviour: Behaviour): Promise<ProviderProcess> {
  const port = await freePort()
  let child: ChildProcess | undefined
  const provider: ProviderProcess = {
    url: `http://127.0.0.1:${port}/v1`,
    async start() {
      const started = spawn(process.execPath, [program, '--port', String(port), '--behave', JSON.stringify(behaviour)], { stdio: ['ignore', 'pipe', 'inherit'] })
      child = started
      await once(createInterface({ input: started.stdout }), 'line')
    },
    async kill() {
      if (child?.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
  await provider.start()
  return provider
}
