import type { FlowSpec, SeenValue } from '../../../flow/flow-rule.ts'
import { anyOf, of } from '../../javascript-paths.ts'
import { isForTrusted, isLimited } from '../../javascript-surroundings.ts'
import { builtOrSent, isText, isTrue, path, type When } from '../../when.ts'

const usesShell: When = ({ args }) => [args[1], args[2]].some((options) => isTrue(options?.field('shell')) || isText(options?.field('shell'), /./))
/** The program and its arguments are constants without shell syntax: nothing is injected. Windows needs a shell to find package managers. */
const isFixed: When = ({ args }) => isText(args[0], /^(?!(?:npm|npx|pnpm|yarn)$)[\w./:=@,+-]+$/) && args[1]?.items?.every((item) => isText(item, /^[\w./:=@,+-]+$/)) === true
const execa = ['execa', 'execa.execa', 'execa.execaSync', 'execa.sync']
const isShell: When = ({ args }) => isText(args[0], /(?:^|\/)(?:ba|z|da|k|c)?sh$|^(?:cmd|powershell|pwsh)(?:\.exe)?$/i)
/** Arguments after "--" are not parsed as options. */
const endsOptions: When = ({ args }) => args[1]?.items?.some((item) => isText(item, /^--$/)) === true
/** A path that begins with a folder of the program is not parsed as an option. */
const isOption = (item: SeenValue): boolean => item.sources.includes('request') && !item.led && !/^(?:[^-]|$)/.test(item.prefix ?? '-') && !path(item, /^path\.(?:join|resolve)\(\)$/)
const takesOptions: When = ({ args: [, list] }) => list?.items?.some(isOption) ?? list?.sources.includes('request') === true
// Programs whose arguments can start other programs.
const runsMore: When = ({ args }) => isText(args[0], /^(?:git|ssh|scp|rsync|tar|find|xargs|env|sudo|node|python3?|perl|ruby|php|npm|npx|curl|wget)$/)

export const javascript: FlowSpec = {
  doubts: (text, start, origin) => isLimited(text, origin) || isForTrusted(text, start),
  sinks: [
    { call: of('child_process', 'exec execSync'), args: [0] },
    { call: ['shelljs.exec', 'shelljs', 'shelljs.cmd', 'execa.command', 'execa.shell', 'execa.shellSync', 'shell-exec', 'execa.commandSync', 'execa.execaCommand', 'execa.execaCommandSync', 'zx.$', 'node-cmd.run', 'node-cmd.get', 'node-cmd.runSync', 'cmd.run', 'ssh2.Client().exec', '**.shell.exec', 'shell.exec', 'shelljs.global.exec', 'exec-sh', 'exec-sh.promise', 'child-process-promise.exec', 'sudo-prompt.exec', 'node-pty.spawn', 'open.app', 'Bun.spawn', 'Bun.spawnSync', 'Bun.$.raw', 'imagemagick.convert', 'wkhtmltopdf.command'], args: [0] },
    { call: of('child_process', 'spawn spawnSync execFile execFileSync fork'), args: [0], when: builtOrSent() },
    { call: of('child_process', 'spawn spawnSync execFile execFileSync'), args: [0, 1], when: usesShell, message: 'the options ask for a shell' },
    { call: of('child_process', 'spawn spawnSync execFile execFileSync'), when: (call) => usesShell(call) && isFixed(call), always: true, advice: true, message: 'a shell is started for a program that needs none' },
    { call: [...of('child_process', 'spawn spawnSync execFile execFileSync'), ...execa, 'cross-spawn'], args: [1], when: (call) => isShell(call) && !usesShell(call), message: 'the program is a shell' },
    { call: 'Deno.Command', args: ['1.args'], when: isShell, message: 'the program is a shell' },
    { call: of('child_process', 'spawn spawnSync execFile execFileSync'), args: [1], when: (call) => runsMore(call) && takesOptions(call) && !usesShell(call) && !endsOptions(call), message: 'options of the program run other programs' },
    { call: [...execa, 'child-process-promise.spawn', 'cross-spawn', 'child_process.spawn.sync', 'execa.execaNode'], args: [0], when: builtOrSent() },
    { call: ['Deno.run', 'Deno.Command'], args: [0, '0.cmd'] },
    { call: anyOf('execCommand'), args: [0], when: ({ args, path }) => args[0]?.built === true && /ssh/i.test(path) },
    { call: of('child_process', 'spawn spawnSync execFile execFileSync'), args: [1], when: (call) => isText(call.args[0], /^git$/) && call.args[1]?.items?.some((item) => isText(item, /^(?:clone|fetch|ls-remote|pull)$/)) === true && !endsOptions(call), message: 'git runs a program that such an address names: put "--" before it', advice: true },
  ],
  sanitizers: ['shell-quote.quote', 'shell-escape', 'shescape.quote', 'shescape.escape', 'shescape.quoteAll', 'shescape.Shescape().quote', 'shescape.Shescape().escape', 'puka.sh', 'puka.quoteForShell', ...anyOf('shellescape escapeShellArg quoteShell shellQuote escapeshellarg'), 'escapeShellArg', 'path.basename', 'encodeURIComponent'],
}
