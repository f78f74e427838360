import type { WorkerTask } from './engines/worker-task.ts'
import type { Diagnostic } from './finding.ts'
import type { Language } from './source-file.ts'

export type Analyser = (task: WorkerTask) => Diagnostic[] | Promise<Diagnostic[]>

const patterns = async (): Promise<Analyser> => (await import('./engines/patterns.ts')).checkPatterns

/** The analysers of each language that run in worker threads, loaded with the first file of the language. One throws only when it is broken, never because of a finding. */
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

const loaded = new Map<Language | undefined, Promise<Analyser[]>>()

/** Loads the analysers of a language, and those for every text. */
export function loadAnalysers(language: Language | undefined): Promise<Analyser[]> {
  // Repeated imports would resolve every module name again.
  const known = loaded.get(language) ?? Promise.all([...(language === undefined ? [] : (engines[language] ?? [])), everywhere].map((load) => load()))
  loaded.set(language, known)
  return known
}

/** The same, combined into one function. */
export async function loadAnalyser(language: Language | undefined): Promise<(task: WorkerTask) => Promise<Diagnostic[]>> {
  const analysers = await loadAnalysers(language)
  return async (task) => {
    const found: Diagnostic[][] = []
    for (const analyse of analysers) found.push(await analyse(task))
    return found.flat()
  }
}
