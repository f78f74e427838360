import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

const checkout = join(import.meta.dirname, '../../..')
// Before anything else is loaded, so that the rest comes from Node's compile cache. If it cannot be written, Node works without it.
enableCompileCache(join(checkout, 'node_modules/.elder-compiled'))

const { run } = await import('./run.ts')
process.exitCode = await run(process.argv.slice(2), { checkout, env: process.env, cwd: workingFolder(), streams: process })

function workingFolder(): string {
  try {
    return process.cwd()
  } catch {
    process.stderr.write('elder: the folder you are in was deleted: cd to another one\n')
    return process.exit(2)
  }
}
