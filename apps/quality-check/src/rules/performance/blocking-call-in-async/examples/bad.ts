import { readFileSync } from 'node:fs'

export async function loadSettings(file: string): Promise<Settings> {
  // ruleid: blocking-call-in-async
  return parse(readFileSync(file, 'utf8'))
}
