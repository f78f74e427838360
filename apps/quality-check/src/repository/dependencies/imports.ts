import type { Range } from '../../finding.ts'
import type { FileClass } from '../../source-file.ts'

/** How sure one can be that the program cannot do without it. */
export type ImportKind =
  /** Loaded whenever the file is. */
  | 'needed'
  /** Only its types, or only while types are checked. */
  | 'type'
  /** Under a condition, inside a function, or where its absence is expected. */
  | 'optional'

export interface ImportUse extends Range {
  /** As written: "react-dom/client", "./shelf", "yaml.representer"; "" with a level for Python's "from . import". */
  readonly specifier: string
  readonly kind: ImportKind
  /** Of Python: leading dots. */
  readonly level: number
  /** Of Python's "from x import a, b": they may be modules, too. */
  readonly names: readonly string[]
}

/** A source file, as far as dependencies go. */
export interface SourceImports {
  readonly path: string
  readonly language: 'javascript' | 'python'
  readonly fileClass: FileClass
  readonly imports: readonly ImportUse[]
}
