/** Folders that never contain source of this repository, whatever its .gitignore says. */
export const neverSource: ReadonlySet<string> = new Set(['.git', '.elder', 'node_modules'])
