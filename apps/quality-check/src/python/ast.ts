/** Python's syntax tree in the words of CPython's ast module; offsets in UTF-16 units, the end exclusive. */
export interface PythonModule {
  readonly type: 'Module'
  readonly start: number
  readonly end: number
  readonly body: readonly PythonNode[]
}

export type PythonNode = PythonModule
