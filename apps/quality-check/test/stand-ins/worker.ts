import { parentPort, threadId } from 'node:worker_threads'
import type { WorkerTask } from '../../src/engines/worker-task.ts'

const usedMicros = () => Object.values(process.threadCpuUsage()).reduce((sum, micros) => sum + micros)
const begun = new Set<string | undefined>()

// A worker that finds nothing, and misbehaves where the text asks for it.
parentPort?.on('message', ({ text, language }: WorkerTask) => {
  if (text !== 'unloaded' && !begun.has(language)) parentPort?.postMessage({ begun: process.threadCpuUsage() })
  if (text !== 'unloaded') begun.add(language)
  if (text === 'loop') for (;;);
  // Others have the processor for longer than the limit of the tests.
  if (text === 'wait') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 900)
  if (text === 'work') for (const before = usedMicros(); usedMicros() - before < 200_000; );
  if (text === 'throw') throw new Error('thrown on purpose')
  if (text === 'exit') process.exit(1)
  if (text === 'grow') {
    const held: string[][] = []
    for (;;) held.push(Array.from({ length: 100_000 }, (_, index) => `${index}`))
  }
  if (text === 'silent' || text === 'unloaded') return
  parentPort?.postMessage({ seen: [{ engine: 'elder', rule: text, line: 1, column: 1, endLine: 1, endColumn: 1, message: `thread ${threadId}`, fix: '', fingerprint: text }] })
  if (text === 'half') process.exit(1)
  parentPort?.postMessage({ failures: text === 'broken' ? ['the engine crashed: broken on purpose'] : [], used: process.threadCpuUsage() })
})
