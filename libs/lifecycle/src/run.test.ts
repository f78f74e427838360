import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'

/** A process that runs a service whose start is the given expression, once it has said that it is there. */
async function runningProcess(start: string) {
  const run = new URL('./run.ts', import.meta.url).href
  const script = `import { runService } from '${run}'\nsetInterval(() => {}, 1e6)\nconst ready = () => process.stdout.write('ready')\nawait runService(${start})`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>
  await new Promise((resolve) => child.stdout?.once('data', resolve))
  return { child, exited }
}

test.each([
  ['told to', (child: { kill(signal: 'SIGTERM'): void }) => child.kill('SIGTERM')],
  ['its parent is gone', (child: { disconnect(): void }) => child.disconnect()],
])('ends when %s, although its start is still waiting', async (_why, end) => {
  const { child, exited } = await runningProcess('() => new Promise(() => ready())')
  end(child)
  expect(await exited).toEqual([0, null])
})

test('stops a service that has started before it ends', async () => {
  const { child, exited } = await runningProcess('async () => { setImmediate(ready); return { stop: async () => { process.exit(7) } } }')
  child.kill('SIGTERM')
  expect(await exited).toEqual([7, null])
})
