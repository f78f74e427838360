import { parentPort } from 'node:worker_threads'
import { readDependencies } from './repository/dependencies/dependencies.ts'
import type { SourceImports } from './repository/dependencies/imports.ts'
import { readJavaScriptImports } from './repository/dependencies/javascript-imports.ts'
import { readPythonImports } from './repository/dependencies/python-imports.ts'
import { readCoverage } from './repository/test-coverage/coverage.ts'
import type { ThreadAnswer, ThreadRequest, ThreadResults } from './repository/thread.ts'
import { OsvIndex, UnusableSource } from './repository/vulnerabilities/osv-index.ts'
import { readOsvSource } from './repository/vulnerabilities/osv-source.ts'

// Entry of the threads that analyse whole repositories. The imports of files are kept until they are requested.
const port = parentPort
if (port === null) throw new Error('repository-worker is an entry point of worker threads')

const sources: SourceImports[] = []
let vulnerabilities = new OsvIndex()

const handlers: { readonly [K in keyof ThreadResults]: (request: Extract<ThreadRequest, { kind: K }>) => ThreadResults[K] | Promise<ThreadResults[K]> } = {
  imports({ files }) {
    for (const { path, language, extension, fileClass, text } of files) {
      sources.push({ path, language, fileClass, imports: language === 'javascript' ? readJavaScriptImports(extension, text) : readPythonImports(text) })
    }
    return null
  },
  dependencies: ({ texts, paths }) => readDependencies(texts, sources, paths),
  coverage: ({ reports, files }) => readCoverage(reports, files),
  async 'load vulnerabilities'({ path }) {
    try {
      vulnerabilities = await readOsvSource(path)
      return { advisories: vulnerabilities.advisories, newest: vulnerabilities.newest, problem: '' }
    } catch (error) {
      if (error instanceof UnusableSource) return { advisories: 0, newest: '', problem: error.message }
      throw error
    }
  },
  'find vulnerabilities': ({ packages }) => vulnerabilities.find(packages),
}

async function answer<K extends keyof ThreadResults>(kind: K, request: ThreadRequest): Promise<ThreadResults[K]> {
  return handlers[kind](request as Extract<ThreadRequest, { kind: K }>)
}

port.on('message', async ({ id, request }: { id: number; request: ThreadRequest }) => {
  port.postMessage({ id, result: await answer(request.kind, request) } satisfies ThreadAnswer)
})
