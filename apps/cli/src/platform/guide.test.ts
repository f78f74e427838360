import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { writeToolFiles } from './guide.ts'
import { placesOf } from './places.ts'

test('Aider checks files of every language that the gate checks', () => {
  const checkout = mkdtempSync(join(tmpdir(), 'elder-guide-'))
  onTestFinished(() => rmSync(checkout, { recursive: true }))
  const places = placesOf(checkout)
  mkdirSync(places.home)
  writeToolFiles({ checkout, places, credentials: { url: 'http://127.0.0.1:8420', adminKey: 'a', developerKey: 'd' }, providerModel: undefined })
  const { 'lint-cmd': commands } = parse(readFileSync(places.aiderConfig, 'utf8')) as { 'lint-cmd': string[] }
  expect(commands.map((command) => command.split(':')[0])).toEqual(expect.arrayContaining(['python', 'typescript', 'go', 'java', 'rust', 'bash', 'yaml', 'sql', 'dockerfile']))
})
