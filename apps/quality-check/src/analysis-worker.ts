import { parentPort } from 'node:worker_threads'
import type { WorkerAnswer, WorkerTask } from './engines/worker-pool.ts'
import type { Diagnostic } from './finding.ts'
import { loadAnalyser } from './file-analyser.ts'

// Entry of the worker threads. An engine is loaded with the first task that needs it.
const port = parentPort
if (port === null) throw new Error('analysis-worker is an entry point of worker threads')

// What an engine throws ends the thread, and the pool starts another: WebAssembly that was left in the middle of its work
// (a panic, a stack that overflowed) fails at every later file, or answers wrongly.
port.on('message', async (task: WorkerTask) => {
  port.postMessage({ diagnostics: await analyse(task) } satisfies WorkerAnswer)
})

async function analyse(task: WorkerTask): Promise<Diagnostic[]> {
  const analyser = await loadAnalyser(task.language)
  port?.postMessage('begun' satisfies WorkerAnswer)
  return analyser(task)
}
