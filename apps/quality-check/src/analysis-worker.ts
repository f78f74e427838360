import { parentPort } from 'node:worker_threads'
import type { WorkerAnswer, WorkerTask } from './engines/worker-pool.ts'
import { loadAnalysers } from './file-analyser.ts'
import { withFingerprints } from './fingerprint.ts'

// Entry of the worker threads. An engine is loaded with the first task that needs it.
const port = parentPort
if (port === null) throw new Error('analysis-worker is an entry point of worker threads')
const say = (answer: WorkerAnswer) => port.postMessage(answer)

port.on('message', async (task: WorkerTask) => {
  const analysers = await loadAnalysers(task.language)
  say('begun')
  const failures: string[] = []
  for (const analyse of analysers) {
    // One that throws takes nothing of the others along; the pool replaces the thread once all have spoken.
    try {
      say({ seen: withFingerprints(task.text, await analyse(task)) })
    } catch (error) {
      failures.push(`the engine crashed: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  say({ failures })
})
