import { expect, test } from 'vitest'
import { command, elder, runProgram } from './elder.ts'

test.each([
  { args: ['statsu'], says: ['unknown command statsu', 'elder status'] },
  { args: ['--verison'], says: ['unknown flag --verison'] },
  { args: ['status', '--jsno'], says: ['unknown flag --jsno', 'did you mean --json?'] },
  { args: ['up', '--port'], says: ['--port needs a value: --port N'] },
  { args: ['up', '--port', '--detach'], says: ['--port needs a value'] },
  { args: ['up', '--port', '99999'], says: ['--port must be a whole number from 1 to 65535, got "99999"'] },
  { args: ['up', '--detach=yes'], says: ['--detach takes no value'] },
  { args: ['up', '--provider', 'api.example.com'], says: ['--provider must be a URL', '"api.example.com"'] },
  { args: ['up', '--provider', 'https://key@api.example.com/v1'], says: ['--provider must not hold a key', '--provider-key-file'] },
  { args: ['up', '--provider-key-file', 'key'], says: ['--provider-key-file needs --provider'] },
  { args: ['up', '--provider', 'http://127.0.0.1:1', '--provider-key-file', '/nowhere/key'], says: ['--provider-key-file /nowhere/key cannot be read'] },
  { args: ['up', '--host', '0.0.0.0'], says: ['without TLS', '--insecure'] },
  { args: ['down', 'auth'], says: ['down takes no arguments, got "auth"'] },
  { args: ['env', 'all'], says: ['env takes no arguments, got "all"', 'elder help env'] },
  { args: ['status', '--bogus'], says: ['unknown flag --bogus', 'elder help status'] },
  { args: ['keys', 'list', 'mine'], says: ['keys list takes no arguments, got "mine"'] },
  { args: ['parked', 'replay'], says: ['parked replay needs an id', 'elder parked replay ID..., or --all'] },
  { args: ['parked', 'drop', '--all'], says: ['--all is for replay: drop needs the ids'] },
  { args: ['parked', 'replay', '--all', '7'], says: ['parked replay --all takes no arguments, got "7"'] },
  { args: ['parked', 'show', 'first'], says: ['ID must be a whole number'] },
  { args: ['audit', 'verify', 'all'], says: ['audit verify takes no arguments, got "all"'] },
  { args: ['hooks', 'uninstall', 'all'], says: ['hooks uninstall takes no arguments, got "all"'] },
  { args: ['baseline', 'set', 'core'], says: ['baseline set takes no arguments, got "core"'] },
  { args: ['knowledge', 'list', 'core'], says: ['knowledge list takes no arguments, got "core"'] },
  { args: ['check', '--format', 'xml', 'a.ts'], says: ['--format must be one of text, json, sarif, junit, aider, github, got "xml"'] },
  { args: ['check', '--all', 'a.ts'], says: ['--all checks the whole repository'] },
  { args: ['check', '--deep'], says: ['--deep needs --all'] },
  { args: ['hooks'], says: ['hooks needs one of: install, uninstall, status'] },
  { args: ['baseline', 'get'], says: ['unknown command baseline get'] },
  { args: ['report', '--format', 'pdf'], says: ['--format must be md or html, got "pdf"'] },
  { args: ['findings', '--state', 'gone'], says: ['--state must be one of open, new, existing, fixed, reopened, got "gone"'] },
  { args: ['keys'], says: ['keys needs one of: create, list, revoke', 'elder help keys'] },
  { args: ['KEYS'], says: ['unknown command KEYS', 'elder keys'] },
  { args: ['keys', 'lst'], says: ['unknown command keys lst', 'elder keys list'] },
  { args: ['keys', 'revoke'], says: ['key id is missing'] },
  { args: ['keys', 'create', '--role', 'king'], says: ['--role must be one of admin, lead, developer, got "king"'] },
  { args: ['teams', 'make'], says: ['unknown command teams make', 'list, create, rename, delete, add, remove'] },
  { args: ['teams', 'add', 'ann'], says: ['elder teams add USER TEAM'] },
  { args: ['policies', 'show'], says: ['--user NAME, --team NAME or --key ID'] },
  { args: ['policies', 'show', 'ann'], says: ['policies show takes flags, got "ann"'] },
  { args: ['policies', 'set', '--user', 'ann'], says: ['no change was given'] },
  { args: ['policies', 'set', '--user', 'ann', '--team', 'core', '--models', 'x'], says: ['use only one of --user, --team and --key'] },
  { args: ['policies', 'set', '--user', 'ann', '--limit', 'tokens=5'], says: ['METER/WINDOW=AMOUNT', '"tokens=5"'] },
  { args: ['policies', 'set', '--user', 'ann', '--limit', 'tokens/day=0.5'], says: ['whole numbers'] },
  { args: ['policies', 'set', '--user', 'ann', '--secrets', 'eat'], says: ['--secrets must be one of log, mask, block, none, got "eat"'] },
  { args: ['policies', 'set', '--user', 'ann', '--max-tokens', '0'], says: ['--max-tokens must be a whole number from 1, or none'] },
  { args: ['policies', 'set', '--user', 'ann', '--deny-prompt', 'x', '--deny-prompt', 'none'], says: ['none cannot be combined'] },
  { args: ['usage', '--by', 'moon'], says: ['--by must be one of day, user, team, key, provider, model, got "moon"'] },
  { args: ['usage', '--days', '0'], says: ['--days must be a whole number from 1'] },
  { args: ['settings', 'set', 'providers'], says: ['elder settings set NAME FILE'] },
  { args: ['settings', 'restore', 'providers', 'first'], says: ['VERSION must be a whole number', '"first"'] },
  { args: ['settings', 'set', 'providers', '/nowhere/file'], says: ['/nowhere/file does not exist'] },
  { args: ['connect', '--undo'], says: ['--undo needs a tool: elder connect TOOL --undo'] },
  { args: ['settings', 'set', 'providers', '/'], says: ['/ is a folder, not a file'] },
  { args: ['backup', '/'], says: ['/ is a folder', 'elder backup /elder.tgz'] },
  { args: ['providers', 'set'], says: ['file is missing'] },
  { args: ['knowledge', 'add'], says: ['--title TEXT'] },
  { args: ['consult'], says: ['consult needs a question'] },
  { args: ['restore', '/nowhere/file'], says: ['/nowhere/file does not exist'] },
])('refuses elder $args with exit code 2 and says how it is meant', async ({ args, says }) => {
  const { code, stdout, stderr } = await elder(args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  for (const part of says) expect(stderr).toContain(part)
})

test('lists every word in its help, and each word explains itself', async () => {
  const { stdout } = await elder(['help'])
  const words = [...stdout.matchAll(/^ {2}([a-z]+) {2}/gm)].map(([, word]) => word as string).filter((word) => word !== 'help')
  expect(words).toEqual('up down status logs doctor env connect check hooks findings checks report baseline rules index consult search knowledge keys teams policies usage providers settings audit parked backup restore uninstall test lint generate'.split(' '))
  for (const word of words) {
    const asked = await elder(['help', word])
    expect({ code: asked.code, usage: asked.stdout.startsWith(`usage: elder ${word}`) }).toEqual({ code: 0, usage: true })
    expect(await elder([word, '--help'])).toEqual(asked)
  }
  expect((await elder(['help', '--help'])).stdout).toBe(stdout)
})

test('tells its version', async () => {
  expect(await elder(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^elder \d+\.\d+\.\d+\n$/) as string })
})

test('says what is wrong where it can neither stand nor write', async () => {
  const run = (script: string) => runProgram('sh', ['-c', script, 'sh', process.execPath, command])
  expect(await run('folder=$(mktemp -d) && cd "$folder" && rmdir "$folder" && "$1" "$2" status')).toEqual({ code: 2, stdout: '', stderr: 'elder: the folder you are in was deleted: cd to another one\n' })
  expect(await run('"$1" "$2" help >/dev/full')).toMatchObject({ code: 1, stderr: expect.stringContaining('the answer cannot be written: ENOSPC') as string })
})
