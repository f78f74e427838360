import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

export function loadSettings(file: string): Settings {
  // ok: blocking-call-in-async
  return parse(readFileSync(file, 'utf8'))
}

export async function loadMore(file: string): Promise<Settings> {
  // ok: blocking-call-in-async
  return existsSync(file) ? parse(await readFile(file, 'utf8')) : {}
}
