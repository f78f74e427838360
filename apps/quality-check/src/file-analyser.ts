import type { WorkerTask } from './engines/worker-pool.ts'
import type { Diagnostic } from './finding.ts'
import type { Language } from './source-file.ts'

type Analyser = (task: WorkerTask) => Diagnostic[] | Promise<Diagnostic[]>

/** What looks at the files of a language beside oxlint's process. Loaded with the first of them; every one throws only when it is broken. */
const engines: Readonly<Partial<Record<Language, readonly (() => Promise<Analyser>)[]>>> = {
  javascript: [async () => (await import('./engines/javascript.ts')).checkJavaScript],
  python: [async () => (await import('./engines/ruff.ts')).checkPython, async () => (await import('./engines/python.ts')).checkPythonRules],
}
const everywhere = async (): Promise<Analyser> => (await import('./engines/text.ts')).checkText

/** Loads everything that looks at files of a language in a worker thread. */
export async function loadAnalyser(language: Language | undefined): Promise<(task: WorkerTask) => Promise<Diagnostic[]>> {
  const analysers = await Promise.all([everywhere, ...(language === undefined ? [] : (engines[language] ?? []))].map((load) => load()))
  return async (task) => {
    const diagnostics: Diagnostic[] = []
    for (const analyse of analysers) diagnostics.push(...(await analyse(task)))
    return diagnostics
  }
}
