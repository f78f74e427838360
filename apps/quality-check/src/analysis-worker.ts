import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parentPort } from 'node:worker_threads'
import { Refusal } from './engines/nesting.ts'
import type { WorkerAnswer, WorkerTask } from './engines/worker-task.ts'
import { loadAnalysers } from './file-analyser.ts'
import { withFingerprints, type Seen } from './fingerprint.ts'
import type { ImportingEdit } from './repository/dependencies/edit-imports.ts'

// Entry of the worker threads. An engine is loaded with the first task that needs it.
const port = parentPort
if (port === null) throw new Error('analysis-worker is an entry point of worker threads')
// Between two files no syntax tree is alive, so a collection is cheap. In the middle of a file its trees would be copied.
setFlagsFromString('--expose-gc')
const sweep = runInNewContext('gc') as (options: { readonly type: 'minor' } | { readonly type: 'major'; readonly flavor: 'last-resort' }) => void
const say = (answer: WorkerAnswer) => port.postMessage(answer)
// What has said that it is loaded.
const begun = new Set<string>()

port.on('message', async (task: WorkerTask | 'sweep') => {
  // The last resort also gives back the room for young objects, which is more than all that stays.
  if (task === 'sweep') return sweep({ type: 'major', flavor: 'last-resort' })
  if (task.edit) await lookUpImports(task.edit)
  else if (task.prompts) await searchPrompts(task.prompts)
  else await analyse(task)
  sweep({ type: 'minor' })
})

async function searchPrompts(prompts: readonly string[]): Promise<void> {
  const { searchSecrets } = await import('./engines/secret-search.ts')
  begin('prompts')
  try {
    say({ secrets: await searchSecrets(prompts), failures: [], used: process.threadCpuUsage() })
  } catch (error) {
    say({ failures: [crash(error)], used: process.threadCpuUsage() })
  }
}

async function lookUpImports(edit: ImportingEdit): Promise<void> {
  const { undeclaredImports } = await import('./repository/dependencies/edit-imports.ts')
  begin('imports')
  try {
    say({ undeclared: undeclaredImports(edit), failures: [], used: process.threadCpuUsage() })
  } catch (error) {
    say({ failures: [crash(error)], used: process.threadCpuUsage() })
  }
}

async function analyse(task: WorkerTask): Promise<void> {
  const analysers = await loadAnalysers(task.language)
  begin(task.language ?? '')
  const failures: string[] = []
  let seen: readonly Seen[] = []
  for (const look of analysers) {
    // Told before the next one looks, which may never end; of the last with the end.
    if (seen.length > 0) say({ seen })
    seen = []
    // One that throws takes nothing of the others along; the pool replaces the thread once all have spoken.
    try {
      seen = withFingerprints(task.text, await look(task))
    } catch (error) {
      if (error instanceof Refusal) {
        say({ refusal: error.message })
        seen = withFingerprints(task.text, error.found)
      } else failures.push(crash(error))
    }
  }
  say({ seen, failures, used: process.threadCpuUsage() })
}

function begin(what: string): void {
  if (begun.has(what)) return
  begun.add(what)
  say({ begun: process.threadCpuUsage() })
}

function crash(error: unknown): string {
  return `the engine crashed: ${error instanceof Error ? error.message : String(error)}`
}
