import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { obtainBinary } from '@elder/backing'
import { cacheFolder } from './places.ts'

/** The program shellcheck, from this machine or fetched once: a file in the folder that starts it, with the libraries it was fetched with. */
export async function obtainShellcheck(folder: string): Promise<string> {
  const source = { name: 'shellcheck', oldest: [0, 7], version: /^version: (\d+\.\d+\.\d+)/m, debian: { packages: ['shellcheck'], program: 'usr/bin/shellcheck' }, homebrew: 'shellcheck' } as const
  const { path, env } = await obtainBinary(source, { cacheFolder })
  const settings = Object.entries(env).map(([name, value]) => `export ${name}=${quoted(value)}\n`)
  const starter = join(folder, 'shellcheck')
  writeFileSync(starter, `#!/bin/sh\n${settings.join('')}exec ${quoted(path)} "$@"\n`)
  chmodSync(starter, 0o755)
  return starter
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
