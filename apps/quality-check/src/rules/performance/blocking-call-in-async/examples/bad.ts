import { execSync } from 'node:child_process'
import { pbkdf2Sync } from 'node:crypto'

export async function versionOf(tool: string): Promise<string> {
  // ruleid: blocking-call-in-async
  return execSync(`${tool} --version`).toString()
}

export const keyOf = async (password: string, salt: string): Promise<Buffer> => {
  // ruleid: blocking-call-in-async
  return pbkdf2Sync(password, salt, 600_000, 32, 'sha512')
}
