import { execSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export function versionOf(tool: string): string {
  // ok: blocking-call-in-async
  return execSync(`${tool} --version`).toString()
}

export async function loadSettings(file: string): Promise<Settings> {
  // ok: blocking-call-in-async
  return parse(readFileSync(file, 'utf8'))
}
