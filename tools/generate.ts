/** `./elder generate service NAME` writes a service that passes every check: app, contract, test, README. */
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './run.ts'

const [kind, name, ...rest] = process.argv.slice(2)
try {
  if (kind !== 'service' || name === undefined || rest.length > 0) throw new Error('usage: ./elder generate service NAME')
  for (const line of generateService(root, name)) console.log(line)
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 2
}

function generateService(repository: string, service: string): string[] {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(service)) throw new Error(`a service's name is lower-case words joined by hyphens, like quality-check; got ${JSON.stringify(service)}`)
  const app = join(repository, 'apps', service)
  if (existsSync(app)) throw new Error(`apps/${service} exists already`)
  const domain = service.replaceAll('-', '_')
  const title = service.split('-').map((word) => word[0]?.toUpperCase() + word.slice(1))
  const words: Record<string, string> = { name: service, domain, PREFIX: domain.toUpperCase(), Service: title.join(''), Title: title.join(' ') }
  const proto = join(repository, 'proto/elder', domain, 'v1', `${domain}.proto`)
  if (existsSync(proto)) throw new Error(`proto/elder/${domain} exists already`)

  cpSync(join(import.meta.dirname, 'templates/service'), app, { recursive: true })
  for (const file of globSync('**/*.*', { cwd: app })) {
    const path = join(app, file)
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/__(name|domain|PREFIX|Service|Title)__/g, (_all, word: string) => words[word] ?? ''))
  }
  mkdirSync(dirname(proto), { recursive: true })
  renameSync(join(app, 'service.proto'), proto)
  exportContract(join(repository, 'libs/contracts/package.json'), service, domain)
  return [
    `wrote apps/${service} and proto/elder/${domain}/v1/${domain}.proto`,
    'next:',
    '  npm install                          # links the new workspace',
    `  ./elder test apps/${service}`,
    '  add it to apps/platform, to libs/contracts/src/access.ts (its rights on the broker), to the supervisor (apps/cli/src/platform) and to what monitoring expects',
  ]
}

function exportContract(file: string, service: string, domain: string): void {
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  manifest.exports[`./${service}`] = `./gen/elder/${domain}/v1/${domain}.ts`
  writeFileSync(file, `${JSON.stringify(manifest, undefined, 2)}\n`)
}
