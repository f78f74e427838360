import { beforeAll, expect, test } from 'vitest'
import { startRig, type Instance } from './rig.ts'

let instance: Instance
beforeAll(async () => {
  const rig = await startRig()
  instance = await rig.startInstance()
  return rig.close
})

test('what an engine can fix comes with its edits, and says whether they are safe', async () => {
  const { findings } = await instance.check({ 'a.py': 'import os\nx = "𝒳"; print(f"no")\ndef f():\n    y = 1\n' })
  const editsOf = (rule: string) => findings.filter((finding) => finding.rule === rule).map(({ edits, editsAreSafe }) => ({ edits, editsAreSafe }))
  expect(editsOf('ruff/F401')).toEqual([{ edits: [{ line: 1, column: 1, endLine: 2, endColumn: 1, text: '' }], editsAreSafe: true }])
  expect(editsOf('ruff/F541')).toEqual([{ edits: [{ line: 2, column: 17, endLine: 2, endColumn: 22, text: '"no"' }], editsAreSafe: true }])
  // What is assigned may be wanted for what it does.
  expect(editsOf('ruff/F841')).toMatchObject([{ editsAreSafe: false }])
})
