/** Portkey's open gateway, the most similar product on Node, installed from npm into a folder outside the checkout. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { arch } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../../../libs/backing/src/index.ts'
import { startProgram, type Program } from './program.ts'

const version = '1.15.2'

/** Its image is built from `node:20-alpine`, and its `@hono/node-server` relies on internals that newer versions of Node have changed. */
const itsNode = { [`node-linux-${arch()}`]: '20.20.2' }

export interface PortkeyOptions {
  readonly cacheFolder: string
  readonly provider: string
  readonly node: 'of its image' | 'ours'
}

export async function startPortkey({ cacheFolder, provider, node }: PortkeyOptions): Promise<Program & { port: number; headers: Record<string, string> }> {
  const folder = join(cacheFolder, `portkey-${version}-node-20`)
  const main = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js')
  if (!existsSync(main)) install(folder)
  const port = await freePort()
  const program = startProgram(node === 'ours' ? process.execPath : join(folder, 'node_modules/.bin/node'), [main, `--port=${port}`], { core: 0, cwd: folder })
  await listening(port)
  return { ...program, port, headers: { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${provider}/v1` } }
}

function install(folder: string): void {
  mkdirSync(folder, { recursive: true })
  // With the current releases of hono its streams fail.
  const overrides = { hono: '4.9.7', '@hono/node-server': '1.13.7' }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: { '@portkey-ai/gateway': version, ...itsNode }, overrides }))
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'ignore', timeout: 300_000 })
}

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await fetch(`http://127.0.0.1:${port}/`).then(() => true, () => false)) return
    await delay(50)
  }
  throw new Error('Portkey did not begin to listen')
}
