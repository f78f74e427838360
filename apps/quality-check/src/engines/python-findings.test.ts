import { expect, test } from 'vitest'
import { loadAnalyser } from '../file-analyser.ts'

async function findingsIn(text: string) {
  const analyse = await loadAnalyser('python')
  return (await analyse({ text, extension: '.py', bareName: '', fileClass: 'source', language: 'python' })).filter(({ clears }) => clears !== true)
}

test('FTP is told from FTP over TLS', async () => {
  const found = await findingsIn('import ftplib\n\nopen_one = ftplib.FTP("files.example.org")\nsafe_one = ftplib.FTP_TLS("files.example.org")\n')
  expect(found.filter(({ rule }) => rule === 'S321').map(({ line }) => line)).toEqual([3])
})

test.each([
  ['        log.debug("cannot read %s: %s", page, error)\n        return None', undefined],
  ['        log.debug("cannot read %s: %s", page, error)', true],
])('an error that is only told to those who debug is advice, one that ends as a value is not', async (handler, advice) => {
  const found = await findingsIn(`def read_page(page):\n    try:\n        answer = browser.open(page)\n        text = answer.read()\n    except Exception as error:\n${handler}\n    else:\n        show(text)\n`)
  expect(found.filter(({ rule }) => rule === 'swallowed-exception').map((each) => each.advice)).toEqual([advice])
})
