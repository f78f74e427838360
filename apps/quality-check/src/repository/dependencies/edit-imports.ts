import { findUndeclared, isAboutDependencies, type TextFile } from './dependencies.ts'
import type { Flaw } from './flaw.ts'
import type { SourceImports } from './imports.ts'
import { readJavaScriptImports } from './javascript-imports.ts'
import { readPythonImports } from './python-imports.ts'
import type { ImportingFile } from '../thread.ts'

/** The files of an edit, and what is known of the repository around them. */
export interface ImportingEdit {
  readonly files: readonly ImportingFile[]
  readonly texts: readonly TextFile[]
  readonly paths: readonly string[]
  /** Whether `paths` has all that an import may mean. If not, all that is found is advice. */
  readonly arePathsKnown: boolean
}

export interface UndeclaredImports {
  readonly flaws: readonly Flaw[]
  /** How many dependencies the manifests declare and the files import. */
  readonly dependencies: number
  /** The manifests. */
  readonly sources: readonly string[]
}

/** The imports of an edit that no manifest around it declares. Runs in a worker thread. */
export function undeclaredImports({ files, texts, paths, arePathsKnown }: ImportingEdit): UndeclaredImports {
  const sources = files.map(({ path, language, extension, fileClass, text }): SourceImports => ({ path, language, fileClass, imports: language === 'javascript' ? readJavaScriptImports(extension, text) : readPythonImports(text) }))
  const manifests = texts.filter(({ path }) => isAboutDependencies(path))
  const settings = texts.filter(({ path }) => !isAboutDependencies(path))
  return findUndeclared({ manifests, settings, sources, paths, arePathsKnown })
}
