import { parentPort } from 'node:worker_threads'
import type { WorkerAnswer, WorkerTask } from './engines/worker-pool.ts'
import { loadAnalysers } from './file-analyser.ts'
import { withFingerprints } from './fingerprint.ts'

// Entry of the worker threads. An engine is loaded with the first task that needs it.
const port = parentPort
if (port === null) throw new Error('analysis-worker is an entry point of worker threads')
const say = (answer: WorkerAnswer) => port.postMessage(answer)

port.on('message', async (task: WorkerTask) => {
  if (task.prompts) await searchPrompts(task.prompts)
  else await analyse(task)
})

async function searchPrompts(prompts: readonly string[]): Promise<void> {
  const { searchSecrets } = await import('./engines/secret-search.ts')
  say('begun')
  try {
    say({ secrets: await searchSecrets(prompts) })
    say({ failures: [] })
  } catch (error) {
    say({ failures: [crash(error)] })
  }
}

async function analyse(task: WorkerTask): Promise<void> {
  const analysers = await loadAnalysers(task.language)
  say('begun')
  const failures: string[] = []
  for (const look of analysers) {
    // One that throws takes nothing of the others along; the pool replaces the thread once all have spoken.
    try {
      say({ seen: withFingerprints(task.text, await look(task)) })
    } catch (error) {
      failures.push(crash(error))
    }
  }
  say({ failures })
}

function crash(error: unknown): string {
  return `the engine crashed: ${error instanceof Error ? error.message : String(error)}`
}
