import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checkText } from '../src/engines/text.ts'
import type { WorkerTask } from '../src/engines/worker-task.ts'
import { fillTemplate } from './drawn-text.ts'

const lines = readFileSync(new URL('labelled/credential-lines.txt', import.meta.url), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, extension = '', verdict, template = ''] = /^(\.\w+) (yes|no) (.*)$/.exec(line) ?? []
    return verdict === undefined ? [] : [{ extension, isSecret: verdict === 'yes', text: fillTemplate(template) }]
  })

const taskOf = (text: string, extension: string): WorkerTask => ({ text, extension, bareName: '', fileClass: 'source', language: undefined })
const findIn = (text: string, extension: string) => checkText(taskOf(`\n${text}\n`, extension))

test('most credentials are found, and next to nothing else, in lines of many languages', async () => {
  const judged = await Promise.all(lines.map(async ({ text, extension, isSecret }) => ({ text, isSecret, isFound: (await findIn(text, extension)).length > 0 })))
  expect(judged.filter(({ isSecret, isFound }) => isFound && !isSecret).map(({ text }) => text)).toEqual([])
  const secrets = judged.filter(({ isSecret }) => isSecret)
  expect(secrets.filter(({ isFound }) => isFound).length / secrets.length).toBeGreaterThan(0.95)
})

test('what is found is never repeated', async () => {
  const password = fillTemplate('{x20}')
  const found = await findIn(`db_password = "${password}"\nurl = "redis://:${password}@db.corp.net/shop"`, '.py')
  expect(found.map(({ rule }) => rule).toSorted()).toEqual(['connection-string', 'generic-credential'])
  expect(JSON.stringify(found)).not.toContain(password)
})

test('an entry of a list of variables is judged by the name beside its value', async () => {
  const isFound = async (template: string, extension: string) => (await findIn(fillTemplate(template), extension)).length > 0
  expect(await isFound('- name: SIGNING_SECRET\n  value: "{x40}"', '.yaml')).toBe(true)
  expect(await isFound('{ "name": "SESSION_SECRET", "value": "{h48}" }', '.json')).toBe(true)
  expect(await isFound('- name: SIGNING_SECRET\n  value: "changeme"', '.yaml')).toBe(false)
  expect(await isFound('- name: BUILD_LABEL\n  value: "{x40}"', '.yaml')).toBe(false)
})

test('a secret that several rules see is told once, by its provider', async () => {
  const found = await findIn(fillTemplate('do_token = "dop_v1_{h64}"'), '.py')
  expect(found.map(({ rule, message }) => [rule, message])).toEqual([['provider-token', 'DigitalOcean token in the source']])
})

test('what is explained, commented out or said to be none is advice, the same in code is not', async () => {
  const adviceIn = async (template: string, extension: string) => (await findIn(fillTemplate(template), extension)).map(({ advice }) => advice ?? false)
  expect(await adviceIn('def call():\n    """Use it so:\n\n    api_token: "{h40}"\n    """', '.py')).toEqual([true])
  expect(await adviceIn('__doc__ = """\nA module.\n"""\n\ndef call():\n    """Use it so:\n\n    api_token: "{h40}"\n    """', '.py')).toEqual([true])
  expect(await adviceIn(`${'# Nobody is liable for anything.\n'.repeat(20)}"""\nUse it so:\n\n  api_token: "{h40}"\n"""`, '.py')).toEqual([true])
  expect(await adviceIn('def call():\n    send(\n    """\n    api_token: "{h40}"\n    """)', '.py')).toEqual([false])
  expect(await adviceIn('def call():\n    """Use sk_live_{x24}."""', '.py')).toEqual([true])
  expect(await adviceIn('/**\n * Send it so:\n *   accessToken: "{h40}"\n */', '.js')).toEqual([true])
  expect(await adviceIn('/*\n  accessToken: "{h40}"\n*/', '.js')).toEqual([true])
  expect(await adviceIn('{ "description": "Send it:\\n accessToken={h40}" }', '.json')).toEqual([true])
  expect(await adviceIn('// const accessToken = "{h40}"', '.js')).toEqual([true])
  expect(await adviceIn('#access_token = "{h40}"', '.py')).toEqual([true])
  expect(await adviceIn('TEST_MAILCHIMP_API_KEY = "{h32}-us18"', '.py')).toEqual([true])
  expect(await adviceIn('#   "access_token": "{h40}"', '.py')).toEqual([true])
  expect(await adviceIn('#access_token = {h40}', '.ini')).toEqual([true])
  expect(await adviceIn('# id: dop_v1_{h64}', '.conf')).toEqual([true])
  expect(await adviceIn('find("dop_v1_{h64}")', '.py')).toEqual([false])
  expect(await adviceIn("CLIENT_SECRET = '{x40}'  # Not so secret for installed apps.", '.py')).toEqual([true])
  const counted = (remark: string, between = '') => `// ${remark}\nconst ADDRESS = "https://count.shop.dev/collect"\n${between}const API_SECRET = "{x40}"`
  expect(await adviceIn(counted('These keys are expected to be public'), '.ts')).toEqual([true])
  expect(await adviceIn("CLIENT_SECRET = '{x40}'  # This key is meant to be public.", '.py')).toEqual([true])
  expect(await adviceIn(counted('These keys must never be public'), '.ts')).toEqual([false])
  expect(await adviceIn(counted('What it counts is public'), '.ts')).toEqual([false])
  expect(await adviceIn(counted('These keys are expected to be public', '\n'), '.ts')).toEqual([false])
  expect(await adviceIn(['a', 'b', 'c'].map((name) => `${name} = {"secret": "9vk2mq8xj4tz6wpd"}`).join('\n'), '.py')).toEqual([true, true, true])
  expect(await adviceIn('reset_token = "{h8}-{h4}-4{h3}-a{h3}-{h12}"', '.py')).toEqual([true])
  expect(await adviceIn('/// let secret_key = "{h40}";', '.rs')).toEqual([true])
  expect(await adviceIn(`// ${'An account as it comes. '.repeat(8)} secret_key = "{h40}"`, '.js')).toEqual([true])
  expect(await adviceIn('const encryptedClientSecret = "{h40}"', '.go')).toEqual([true])
  expect(await adviceIn('PASSWORD_SALT = "{x40}"', '.py')).toEqual([true])
  expect(await adviceIn('// not really secret\nexports.CLIENT_SECRET = "{h64}"', '.js')).toEqual([true])
  expect(await adviceIn('{\n  "password": "{h64}"\n}', '.json')).toEqual([true])
  expect(await adviceIn("<pre>secretKey: '{x40}'</pre>", '.ejs')).toEqual([true])
  expect(await adviceIn('const redactedSecret = "{x40}"', '.js')).toEqual([true])
  expect(await adviceIn('openapi: 3.0.3\nexample:\n  session_token: {x32}', '.yaml')).toEqual([true])
})

test('a declaration repeats what the code holds', async () => {
  const found = await checkText({ ...taskOf(fillTemplate('export declare const SIGNING_KEY = "{h64}"'), '.ts'), fileClass: 'stub' })
  expect(found.map(({ rule, advice }) => [rule, advice])).toEqual([['generic-credential', true]])
})

test('the step of a migration and the way a password is encrypted are no keys, and the key of a shared link is no sure one', async () => {
  expect(await findIn('return encryptPassword("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");', '.java')).toEqual([])
  expect(await findIn("secret_key = '0002_auto_20160226_1747'", '.py')).toEqual([])
  const rulesIn = async (template: string) => (await findIn(fillTemplate(template), '.py')).map(({ rule }) => rule)
  expect([await rulesIn("page = 'https://pages.example.org/view?key={x32}'"), await rulesIn("api_key = '{x32}'")]).toEqual([['hardcoded-password'], ['generic-credential']])
  expect((await findIn('badge = https://pages.example.org/badge.svg?token=aXdm98YuK2', '.conf')).map(({ advice }) => advice)).toEqual([true])
})

test('the first line of a key by itself is none', async () => {
  expect(await findIn('prefix = []byte("-----BEGIN EC PRIVATE KEY-----")\n\n// How long is waited for the server of certificates.\nserverTimeout = 5 * time.Second', '.go')).toEqual([])
})

test.each(['xoxb-xxxxxxxxxx-xxxxxxxxxxxxxxxxxxxxxxxx', 'ghp_thisisnotarealtokenbutlookslikeonexx', `ghp_${'0'.repeat(36)}`])('a form that nobody has filled in is no token: %s', async (form) => {
  expect(await findIn(`token: '${form}'`, '.yaml')).toEqual([])
})

test.each([
  ['.js', /stripe/i, 'key: sk_live_{x24}'],
  ['.py', /aws/i, 'id = AKIA{U16}'],
  ['.env', /google/i, 'K=AIza{w35}'],
  ['.env', /azure/i, 'K=a1b8Q~{x34}'],
  ['.env', /terraform/i, 'K={x14}.atlasv1.{x66}'],
  ['.env', /databricks/i, 'K=dapi{h32}'],
  ['.env', /notion/i, 'K=ntn_{x46}'],
  ['.env', /heroku/i, 'HEROKU_KEY={u}'],
  ['.env', /datadog/i, 'DD_API_KEY={h32}'],
  ['.env', /aws/i, 'AWS_SECRET_ACCESS_KEY={b40}'],
])('in a %s file the finding names the provider: %s', async (extension, name, template) => {
  const found = await findIn(fillTemplate(template), extension)
  expect(found.map(({ message }) => message)).toEqual([expect.stringMatching(name)])
})

test('letters in a picture or a digest are no token', async () => {
  const picture = 'iVBORw0KGgoAAAANSUhEUgAAAGQAAABkCAYAAABw4pVUAAAAAXNSR0IArs4c6QAAAH/'
  expect(await findIn(fillTemplate(`<image href="data:image/png;base64,${picture}dop_v1_{h64}"/>`), '.svg')).toEqual([])
  expect(await findIn(fillTemplate('shop/app.js,sha256=hf_{x40},881'), '')).toEqual([])
  expect(await findIn(fillTemplate('<text>dop_v1_{h64}</text>'), '.svg')).toHaveLength(1)
})

test('a key that says it is for tests is advice, a key with a passphrase, the key of every emulator and what passwords are compared with are no secrets', async () => {
  const key = fillTemplate('-----BEGIN PRIVATE KEY-----\nMII{x20}{x40}\n-----END PRIVATE KEY-----')
  const adviceIn = async (text: string, extension: string) => (await findIn(text, extension)).map(({ rule, advice }) => `${rule}${advice === true ? ': advice' : ''}`)
  expect(await adviceIn(`const signingKey = \`${key}\``, '.go')).toEqual(['private-key'])
  expect(await adviceIn(key, '.key')).toEqual(['private-key: advice'])
  expect(await adviceIn(`-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n${key}`, '')).toEqual(['private-key: advice'])
  expect(await adviceIn(`  server({\n    key: '${key}',`, '.js')).toEqual(['private-key'])
  expect(await adviceIn(`  server({\n    key:\n      '${key}',`, '.js')).toEqual(['private-key'])
  expect(await adviceIn(`  const key = '${key}'`, '.js')).toEqual(['private-key: advice'])
  expect(await adviceIn(`  const privateKey = '${key}'`, '.js')).toEqual(['private-key'])
  expect(await adviceIn(`  return jwt.sign(claims, '${key}')`, '.js')).toEqual(['private-key'])
  expect(await adviceIn(`data:\n  tls.key: |\n    ${key}`, '.yaml')).toEqual(['private-key'])
  expect(await adviceIn(`SIGNING_KEY="${key}"`, '')).toEqual(['private-key'])
  expect(await adviceIn(`const testSigningKey string = \`${key}\``, '.go')).toEqual(['private-key: advice'])
  expect(await adviceIn(`const SAMPLE: &'static str = "${key}";`, '.rs')).toEqual(['private-key: advice'])
  expect(await adviceIn(`fn a() {}\n#[cfg(all(test, feature = "tls"))]\nmod tests {\n  const KEY: &str = "${key}";\n}`, '.rs')).toEqual(['private-key: advice'])
  expect(await adviceIn('-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jYmMAAAAGYmNyeXB0AAAAGAAAABDLGyfA39\n', '.txt')).toEqual([])
  expect(await adviceIn('accountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="', '.py')).toEqual([])
  expect(await adviceIn(`auth: ${Buffer.from('shop:{SHA}k3J9xQ2mZ7bV5nL8wR4tY6uP1sD=').toString('base64')}`, '.yaml')).toEqual([])
  expect(await findIn(fillTemplate("ALTER ROLE shop LOGIN PASSWORD 'SCRAM-SHA-256$4096:{x22}==${x43}=:{x43}='"), '.sql')).toEqual([])
  expect(await adviceIn(fillTemplate('const help = "For example https://shop.net/totp?secret={x20}"'), '.js')).not.toContain('generic-credential')
})
