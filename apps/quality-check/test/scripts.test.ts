import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Criterion, Verdict } from '@elder/contracts/quality'
import { obtainShellcheck } from '@elder/testkit'
import { checkRepository, ruleAt, startReadyInstance, type RepositoryOutcome } from './repository-rig.ts'
import { startRig, type Rig } from './rig.ts'

const folder = mkdtempSync(join(tmpdir(), 'elder-scripts-'))
let rig: Rig

beforeAll(async () => {
  rig = await startRig()
  return rig.close
})
afterAll(() => rmSync(folder, { recursive: true }))

const flawed = '#!/bin/sh\nrm $1\n'
const scripts = { 'bin/-clean': flawed, 'tools/clean.sh': flawed, 'vendor/clean.sh': flawed, 'README': 'rm $1\n' }
const told = ({ findings }: RepositoryOutcome) => findings.map(ruleAt).filter((rule) => rule.includes('shellcheck/'))
const maintainability = ({ report }: RepositoryOutcome) => report.criteria.find(({ criterion }) => criterion === Criterion.CRITERION_MAINTAINABILITY)

async function check(shellcheck: string): Promise<RepositoryOutcome> {
  const instance = await startReadyInstance(rig, { ELDER_QUALITY_CHECK_SHELLCHECK: shellcheck })
  try {
    return await checkRepository(instance, scripts)
  } finally {
    // Any instance may take any check.
    await instance.service.stop()
  }
}

test('tells what shellcheck finds in the scripts of a repository, also those without an extension', async () => {
  expect(told(await check(await obtainShellcheck(folder)))).toEqual(['bin/-clean:2 shellcheck/SC2086', 'tools/clean.sh:2 shellcheck/SC2086'])
})

test('says nothing of scripts where it is not installed', async () => {
  const outcome = await check(join(folder, 'not-there'))
  expect(told(outcome)).toEqual([])
  expect(maintainability(outcome)?.verdict).toBe(Verdict.VERDICT_PASS)
})

test('a program that answers nonsense is a gap, not a pass', async () => {
  const outcome = await check('/bin/echo')
  expect(maintainability(outcome)).toMatchObject({ verdict: Verdict.VERDICT_NOT_EVALUATED, reason: expect.stringContaining('shell scripts were not analysed: shellcheck answered what cannot be read') })
})
