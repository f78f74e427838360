import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { sharedResource } from './shared-resources.ts'

const inRepository = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))

/** Bundles the elder command as the launcher does; a bundle that is newer than its sources stays. */
export async function buildCommand(): Promise<string> {
  await promisify(execFile)(process.execPath, [inRepository('tools/build.ts'), 'cli'])
  return inRepository('apps/cli/dist/main.js')
}

/** The elder command as its users run it: a program for Node. It starts in a third of the time that its sources take. */
export async function builtCommand(): Promise<string> {
  return (await sharedResource('command')) ?? buildCommand()
}
