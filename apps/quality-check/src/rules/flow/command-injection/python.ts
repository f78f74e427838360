import type { FlowSpec, SeenCall, SeenValue } from '../../../flow/flow-rule.ts'
import { argument, isFalse, isSent, isSentOrBuilt, methods, paths, type When } from '../../python-calls.ts'
import { isForTrusted, isLimited } from '../../python-surroundings.ts'

const shell = /(?:^|[\\/])(?:(?:ba|z|k|da|a|c|fi)?sh|cmd(?:\.exe)?|powershell(?:\.exe)?|pwsh)$/i
const scripts = /^(?:-\w*c|\/[ck]|-command|-encodedcommand)$/i

const command = (call: SeenCall) => argument(call, 0, 'args')
const usesShell: When = ({ keywords: { shell: flag } }) => flag !== undefined && !isFalse(flag)

/** ["sh", "-c", text] runs a shell. */
const runsShell: When = (call) => {
  const program = command(call)?.field('0')?.constants
  const flag = command(call)?.field('1')?.constants
  return program?.some((each) => typeof each === 'string' && shell.test(each)) === true && flag?.some((each) => typeof each === 'string' && scripts.test(each)) === true
}

const isSentAsItCame = (value: SeenValue): boolean => isSent(value) && /\brequest\b/.test(value.path ?? '')

/** The name of the program comes from outside. */
const choosesProgram: When = (call) => {
  const given = command(call)
  const first = given?.field('0')
  return first !== undefined && first.constants === undefined && isSentAsItCame(first)
}

export const python: FlowSpec = {
  doubts: (text, start, origin) => isLimited(text, start, origin) || isForTrusted(text, start),
  sinks: [
    { call: paths('os.system os.popen os.popen2 os.popen3 os.popen4 popen2.popen2 popen2.popen3 popen2.popen4 commands.getoutput commands.getstatusoutput subprocess.getoutput subprocess.getstatusoutput asyncio.create_subprocess_shell asyncio.subprocess.create_subprocess_shell pexpect.spawn pexpect.run pty.spawn platform.popen'), args: [0, 'command', 'cmd'], when: (call) => isSentOrBuilt(call.args[0] ?? call.keywords.command ?? call.keywords.cmd) },
    { call: paths('subprocess.run subprocess.call subprocess.check_call subprocess.check_output subprocess.Popen'), args: [0, 'args'], when: (call) => usesShell(call) && isSentOrBuilt(command(call)) },
    { call: paths('subprocess.run subprocess.call subprocess.check_call subprocess.check_output subprocess.Popen asyncio.create_subprocess_exec'), args: [0, 'args', 2], when: (call) => !usesShell(call) && runsShell(call) },
    { call: paths('subprocess.run subprocess.call subprocess.check_call subprocess.check_output subprocess.Popen'), args: ['0.0', 'args'], when: (call) => !usesShell(call) && choosesProgram(call) },
    { call: paths('subprocess.run subprocess.call subprocess.check_call subprocess.check_output subprocess.Popen'), args: [0, 'args'], when: (call) => !usesShell(call) && isTextCommand(call) },
    { call: paths('os.execl os.execle os.execlp os.execlpe os.execv os.execve os.execvp os.execvpe'), args: [0], when: ({ args }) => isSent(args[0]) },
    { call: paths('os.spawnl os.spawnle os.spawnlp os.spawnlpe os.spawnv os.spawnve os.spawnvp os.spawnvpe'), args: [1], when: ({ args }) => isSent(args[1]) },
    { call: paths('os.execl os.execlp os.execle os.execlpe os.spawnl os.spawnlp'), args: [2, 3, 4, 5], when: ({ args }) => args.some(({ constants }) => constants?.some((each) => typeof each === 'string' && shell.test(each))) && args.some(isSent) },
    { call: methods('exec_command'), args: [0, 'command'], when: ({ args, keywords }) => isSentOrBuilt(args[0] ?? keywords.command) },
    { call: paths('fabric.Connection().run fabric.Connection().sudo fabric.api.run fabric.api.sudo fabric.api.local invoke.run fabric.operations.run'), args: [0], when: ({ args }) => isSentOrBuilt(args[0]) },
  ],
  sanitizers: paths('shlex.quote pipes.quote shlex.join subprocess.list2cmdline'),
}

/** Without a shell, a single text is the name of the program: a field of a request chooses it. */
function isTextCommand(call: SeenCall): boolean {
  const given = command(call)
  return given !== undefined && !given.built && given.keys === undefined && given.field('0') === undefined && isSentAsItCame(given)
}
