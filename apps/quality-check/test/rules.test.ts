import { Criterion, Severity } from '@elder/contracts/quality'
import { beforeAll, expect, test } from 'vitest'
import { rules } from '../gen/rules.ts'
import { fixTexts, messageTexts } from '../src/rules/fix-texts.ts'
import { callOf, startRig, type Instance } from './rig.ts'

let instance: Instance

beforeAll(async () => {
  const rig = await startRig()
  instance = await rig.startInstance()
  return rig.close
})

test('every rule of ours is described with what it finds and what it leaves alone, and the others are named', async () => {
  const listed = (await instance.client.listRules({}, callOf())).rules
  const own = listed.filter(({ rule }) => rule.startsWith('elder/') && rules.some(({ id }) => rule === `elder/${id}`))
  expect(own).toHaveLength(rules.length)
  expect(own.every(({ title, why, fix, confidence }) => title !== '' && why !== '' && fix !== '' && confidence !== '')).toBe(true)
  expect(listed.find(({ rule }) => rule === 'oxlint/no-eval')).toMatchObject({ category: Criterion.CRITERION_SECURITY, cwe: 'CWE-95', securitySeverity: 3.9, blocks: false, languages: ['javascript'] })
  expect(listed.find(({ rule }) => rule === 'jscpd/duplicated-block')).toMatchObject({ category: Criterion.CRITERION_MAINTAINABILITY })
  expect(listed.find(({ rule }) => rule === 'ruff/S307')).toMatchObject({ category: Criterion.CRITERION_SECURITY, blocks: true, why: expect.stringContaining('Explained by ruff: https://') as string })
  expect(listed.find(({ rule }) => rule === 'ruff/S603')).toMatchObject({ category: Criterion.CRITERION_SECURITY, blocks: false, languages: ['python'], why: expect.stringContaining('Not looked for') as string })
  expect(listed.find(({ rule }) => rule === 'shellcheck/*')).toMatchObject({ category: Criterion.CRITERION_MAINTAINABILITY, severity: Severity.SEVERITY_NOTE })
  expect(new Set(listed.map(({ rule }) => rule)).size).toBe(listed.length)
  // A family of which rules are asked for by its letter is not every family that begins with it.
  expect(listed.filter(({ rule }) => /^ruff\/(FURB|SIM|FBT)/.test(rule))).toEqual([])
})

test('every rule that can fail a gate has a fix text', async () => {
  const listed = (await instance.client.listRules({}, callOf())).rules
  expect(listed.filter(({ blocks, fix }) => blocks && fix === '').map(({ rule }) => rule)).toEqual([])
  expect(Object.keys(messageTexts).filter((name) => !listed.some(({ rule }) => rule === name))).toEqual([])
  expect(Object.keys(fixTexts).filter((name) => !listed.some(({ rule }) => rule === name))).toEqual([])
  const { findings } = await instance.check({ 'a.py': 'import yaml\n\n\ndef read(text):\n    return yaml.load(text)\n' })
  expect(findings).toMatchObject([{ rule: 'ruff/S506', fix: 'Use yaml.safe_load().' }])
})
