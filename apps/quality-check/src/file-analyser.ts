import type { WorkerTask } from './engines/worker-task.ts'
import type { Diagnostic } from './finding.ts'
import type { Language } from './source-file.ts'

export type Analyser = (task: WorkerTask) => Diagnostic[] | Promise<Diagnostic[]>

const patterns = async (): Promise<Analyser> => (await import('./engines/patterns.ts')).checkPatterns

/** What looks at the files of a language beside oxlint's process. Loaded with the first of them; every one throws only when it is broken. */
const engines: Readonly<Partial<Record<Language, readonly (() => Promise<Analyser>)[]>>> = {
  javascript: [async () => (await import('./engines/javascript.ts')).checkJavaScript],
  python: [async () => (await import('./engines/ruff.ts')).checkPython, async () => (await import('./engines/python.ts')).checkPythonRules],
  go: [patterns],
  java: [patterns],
  rust: [patterns],
  shell: [patterns],
  yaml: [patterns],
  sql: [patterns],
  dockerfile: [async () => (await import('./engines/dockerfile.ts')).checkDockerfile],
}
const everywhere = async (): Promise<Analyser> => (await import('./engines/text.ts')).checkText

/** Loads everything that looks at files of a language in a worker thread. */
export function loadAnalysers(language: Language | undefined): Promise<Analyser[]> {
  return Promise.all([...(language === undefined ? [] : (engines[language] ?? [])), everywhere].map((load) => load()))
}

/** The same as one. */
export async function loadAnalyser(language: Language | undefined): Promise<(task: WorkerTask) => Promise<Diagnostic[]>> {
  const analysers = await loadAnalysers(language)
  return async (task) => {
    const found: Diagnostic[][] = []
    for (const analyse of analysers) found.push(await analyse(task))
    return found.flat()
  }
}
