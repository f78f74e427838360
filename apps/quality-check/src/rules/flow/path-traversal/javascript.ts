import type { FlowSpec, SeenValue } from '../../../flow/flow-rule.ts'
import { anyOf, fileQuestions, fileReaders, fileWriters, of, ofResponse } from '../../javascript-paths.ts'
import { isSentWord } from '../../javascript-proofs.ts'
import { isForTrusted, isLimited } from '../../javascript-surroundings.ts'
import { isBuiltOrSent, type When } from '../../when.ts'

/** The path at which the server stored an upload. */
const isUpload = (value: SeenValue | undefined): boolean => value?.origins.every((origin) => /\.files?(?:\.\w+)?$/.test(origin)) === true && /\.(?:path|tempFilePath|filepath)$/.test(value.path ?? '')
// A path that is a parameter is the caller's responsibility; one that is concatenated here is not.
const ours: When = ({ args }) => isBuiltOrSent(args[0]) && !isUpload(args[0])
const second: When = ({ args }) => isBuiltOrSent(args[1])
/** With the option `root`, Express and send reject "..". */
const hasRoot = (options: SeenValue | undefined): boolean => options?.field('root') !== undefined && options.field('root')?.constants?.[0] !== null && (options.keys?.includes('root') ?? true)
/** Usual names of functions that check whether a path is inside a folder. */
const inside = 'isSafePath isPathInside isInside isInsideDir isChildPath isChildOf isSubPath isSubpath isSubdir isWithin isPathWithin isDescendant'

const farHead = 4_000
const route = /\.(?:get|post|put|patch|delete|all)\(\s*(["'`])[^"'`\n]{0,200}\1\s*,([^();]{0,300})\(/g
/** A named middleware runs before the handler. It may be an access check, and authorised users may name files. */
const isAskedBefore = (text: string, start: number): boolean => /\w\s*,/.test([...text.slice(Math.max(0, start - farHead), start).matchAll(route)].at(-1)?.[2] ?? '')

const farCleaning = 1_000
// path.normalize(name).replace(/^(\.\.(\/|\\|$))+/, ''): joined to a folder, what is left stays in it.
const climbsNowhere = /\bnormalize\([^;]{0,120}\)\s*\.replace\(\s*\/\^\((?:\?:)?\\\.\\\.[^;\n]{0,40}\)\+\//

export const javascript: FlowSpec = {
  // Upload parsers reduce file names to the base name.
  proof: (way) => isSentWord(way) && !/(?<!\.(?:params|query))\.files?\b/.test(way.origin),
  doubts: (text, start, origin) => isAskedBefore(text, start) || isLimited(text, origin) || isForTrusted(text, start) || climbsNowhere.test(text.slice(Math.max(0, start - farCleaning), start)),
  sinks: [
    { call: of('fs fs.promises', `${fileReaders} ${fileWriters}`), args: [0], when: ours },
    { call: of('fs fs.promises', fileQuestions), args: [0], when: ours, advice: true },
    { call: of('fs fs.promises', 'rename renameSync copyFile copyFileSync copy move cp cpSync symlink'), args: [1], when: second },
    { call: ofResponse('sendFile sendfile download'), args: [0], when: ({ args }) => isBuiltOrSent(args[0]) && !hasRoot(args[1]) },
    { call: ofResponse('render'), args: [0], when: ({ args }) => args[0]?.sources.includes('request') === true, sure: true, message: 'it names the file of the template' },
    { call: ['send', 'koa-send'], args: [1], when: ({ args }) => isBuiltOrSent(args[1]) && !hasRoot(args[2]) },
    { call: ['Deno.readTextFile', 'Deno.readFile', 'Deno.open', 'Deno.writeTextFile', 'Deno.writeFile', 'Deno.remove', 'Bun.file', 'Bun.write', 'glob.sync', 'glob', 'rimraf', 'rimraf.sync', 'del', 'mkdirp', 'mkdirp.sync', 'fstream.Writer', 'write-file-atomic', 'jsonfile.readFile', 'jsonfile.readFileSync', 'jsonfile.writeFile', 'adm-zip', 'load-json-file', 'archiver().file', 'unzipper.Extract', 'tar.extract', 'tar.x'], args: ['0.path', '0.cwd', '0.file'], when: ours },
    { call: anyOf('mv'), args: [0], when: ({ args, path }) => isBuiltOrSent(args[0]) && /files?/.test(path) },
    { call: anyOf('extractAllTo extractEntryTo'), args: [0], when: ours },
  ],
  sanitizers: ['path.basename', 'path.parse', 'path.extname', 'path.posix.basename', 'sanitize-filename', 'sanitize', 'filenamify', 'slugify', '**.basename', 'encodeURIComponent', 'crypto.createHash().update().digest', 'path.relative'],
  guards: ['in', ...anyOf(`startsWith dirname test match has ${inside}`), 'path-is-inside', 'is-path-inside', ...inside.split(' ')],
  attacks: ['../x', '/x'],
}
