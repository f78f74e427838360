import type { Range } from '../../finding.ts'
import type { FileClass } from '../../source-file.ts'

/** How certain it is that the program fails without the import. */
export type ImportKind =
  /** Loaded whenever the file is. */
  | 'needed'
  /** Only for types, or only during type checking. */
  | 'type'
  /** Conditional, inside a function, or where a missing module is handled. */
  | 'optional'

export interface ImportUse extends Range {
  /** As written: "react-dom/client", "./shelf", "yaml.representer"; "" with a level for Python's "from . import". */
  readonly specifier: string
  readonly kind: ImportKind
  /** In Python: the number of leading dots. */
  readonly level: number
  /** In Python's "from x import a, b", these names may be modules. */
  readonly names: readonly string[]
}

/** The imports of a source file. */
export interface SourceImports {
  readonly path: string
  readonly language: 'javascript' | 'python'
  readonly fileClass: FileClass
  readonly imports: readonly ImportUse[]
}
