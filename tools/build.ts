/**
 * Bundles each app for the local platform: apps/<app>/src/main.ts, and the "elder.entries" of its package.json, into
 * apps/<app>/dist. Libraries of ours are inlined, most npm packages are not. A bundle newer than all it was made of is left alone.
 * usage: node tools/build.ts [APP...]
 */
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { basename, dirname, join, relative, sep } from 'node:path'
import { build, type OnResolveArgs, type Plugin } from 'esbuild'
import { writeRuleCatalogue } from './rule-catalogue.ts'

const root = join(import.meta.dirname, '..')
const dayMs = 86_400_000

interface App {
  readonly name: string
  readonly folder: string
  /** Relative to the root. */
  readonly entries: readonly string[]
}

function findApps(): App[] {
  return globSync('apps/*/src/main.ts', { cwd: root }).sort().map((main) => {
    const folder = join(root, main, '../..')
    const { elder } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { elder?: { entries?: string[] } }
    const name = basename(folder)
    return { name, folder, entries: [main, ...(elder?.entries ?? []).map((entry) => `apps/${name}/${entry}`)] }
  })
}

function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY
}

function generateContracts(): void {
  // With another version an engine has other rules.
  const sources = [...globSync(join(root, 'proto/**/*.{proto,yaml}')), join(root, 'tools/codegen.ts'), join(root, 'package-lock.json')]
  const generated = join(root, 'libs/contracts/gen/descriptors.ts')
  if (existsSync(generated) && sources.every((source) => changedAt(source) <= changedAt(generated))) return
  execFileSync(process.execPath, [join(root, 'tools/codegen.ts')], { stdio: 'inherit' })
}

/** The list of a bundle's inputs, written next to it. */
const inputsFile = (app: App) => join(app.folder, 'dist/inputs.json')

function isFresh(app: App): boolean {
  if (!existsSync(inputsFile(app))) return false
  const { entries, inputs } = JSON.parse(readFileSync(inputsFile(app), 'utf8')) as { entries: string[]; inputs: string[] }
  const builtAt = changedAt(inputsFile(app))
  return entries.join() === app.entries.join() && inputs.every((input) => changedAt(join(root, input)) < builtAt)
}

/**
 * Imports from Node's built-in modules only what is named. An import statement reads every export they have, which loads what is not needed
 * for: node:http brings undici, node:util and node:fs their web streams. That was half of a check's start.
 */
function takeBuiltins(text: string): string {
  const from = (specifier: string) => `process.getBuiltinModule(${specifier})`
  return text
    .replace(/^import \{([^}]*)\} from ("node:[^"]+");$/gm, (_, names: string, specifier: string) => `const {${names.replace(/ as /g, ': ')}} = ${from(specifier)};`)
    .replace(/^import (?:\* as )?(\w+) from ("node:[^"]+");$/gm, (_, name: string, specifier: string) => `const ${name} = ${from(specifier)};`)
    .replace(/\bimport\(("node:[^"]+")\)/g, (_, specifier: string) => `Promise.resolve(${from(specifier)})`)
}

/** A single character beyond Latin-1, such as a dash in a comment, makes V8 keep the whole bundle in two bytes a character. esbuild escapes those in strings, but not in comments and regular expressions. */
const inAscii = (text: string) => text.replace(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** ES modules of which little is used: inlined without the rest, such as zod's messages in fifty languages. */
const isPruned = (path: string) => /^(?:zod|jose|lru-cache|cockatiel|@bufbuild\/protobuf|@opentelemetry\/[^/]+)(?:\/|$)/.test(path)

/** Leaves the other npm packages to be found at run time. A bundle looks from its app: what the app would not find, or find in another version, is named by its place. */
function externalPackages(app: App): Plugin {
  return {
    name: 'external-packages',
    setup({ onResolve, resolve }) {
      onResolve({ filter: /^[^./#]/ }, async ({ path, kind, importer, resolveDir, pluginData }: OnResolveArgs) => {
        if (isBuiltin(path)) return { path: path.startsWith('node:') ? path : `node:${path}`, external: true }
        if (pluginData === 'asking' || kind === 'entry-point' || path.startsWith('@elder/') || isPruned(path)) return undefined
        const find = async (from: string) => (await resolve(path, { kind, importer, resolveDir: from, pluginData: 'asking' })).path
        const [fromSource, fromApp] = [await find(resolveDir), await find(app.folder)]
        const place = relative(join(app.folder, 'dist'), fromSource).split(sep).join('/')
        return { path: fromSource === fromApp ? path : place, external: true }
      })
    },
  }
}

/** A file that finds its neighbours by import.meta.url (migrations, workers) keeps finding them when another app inlines it. */
function keptPlaces(app: App): Plugin {
  return {
    name: 'kept-places',
    setup({ onLoad }) {
      onLoad({ filter: /[/\\](apps|libs)[/\\][^/\\]+[/\\]src[/\\].*\.ts$/ }, async ({ path }) => {
        const [kind, project] = relative(root, path).split(sep) as [string, string]
        if (kind === 'apps' && project === app.name) return undefined
        const contents = await readFile(path, 'utf8')
        if (!contents.includes('import.meta.')) return undefined
        const place = kind === 'apps' ? `apps/${project}/dist/main.js` : relative(root, path).split(sep).join('/')
        const url = (of: string) => `new URL(${JSON.stringify(`../../../${of}`)}, import.meta.url)`
        return {
          loader: 'ts',
          contents: contents
            .replaceAll('import.meta.url', `${url(place)}.href`)
            .replaceAll('import.meta.dirname', `decodeURIComponent(${url(dirname(place))}.pathname)`),
        }
      })
    },
  }
}

async function bundle(app: App): Promise<void> {
  const startedAt = new Date()
  const outdir = join(app.folder, 'dist')
  rmSync(inputsFile(app), { force: true })
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: app.entries.map((entry) => ({ in: entry, out: basename(entry, '.ts') })),
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    splitting: true,
    sourcemap: 'linked',
    metafile: true,
    logLevel: 'error',
    plugins: [externalPackages(app), keptPlaces(app)],
  })
  const written = new Set(Object.keys(metafile.outputs).map((output) => join(root, output)))
  for (const file of written) if (file.endsWith('.js')) writeFileSync(file, inAscii(takeBuiltins(readFileSync(file, 'utf8'))))
  // A platform that runs may still load a piece of the bundle it was started from.
  for (const file of globSync(join(outdir, '*.{js,map}'))) if (!written.has(file) && changedAt(file) < Date.now() - dayMs) rmSync(file)
  const inputs = [...Object.keys(metafile.inputs), `apps/${app.name}/package.json`, 'tools/build.ts']
  writeFileSync(inputsFile(app), JSON.stringify({ entries: app.entries, inputs }))
  // A source saved while we were bundling is newer than this.
  utimesSync(inputsFile(app), startedAt, startedAt)
}

const startedAt = new Date()
generateContracts()
writeRuleCatalogue(root)
const wanted = process.argv.slice(2)
const apps = findApps().filter(({ name }) => wanted.length === 0 || wanted.includes(name))
const results = await Promise.allSettled(apps.filter((app) => !isFresh(app)).map(bundle))
const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []))
for (const error of failed) if (!('errors' in error)) process.stderr.write(`${error.stack}\n`)
if (failed.length > 0) process.exitCode = 1
else if (wanted.length === 0) {
  // The launcher compares this with the sources, to know without starting Node that nothing is to be done.
  const stamp = join(root, 'node_modules/.elder-built')
  writeFileSync(stamp, '')
  utimesSync(stamp, startedAt, startedAt)
}
