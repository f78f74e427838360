import { PageFormat } from '@elder/contracts/quality'
import { waitUntil } from '@elder/testkit'
import { beforeAll, expect, test } from 'vitest'
import { callOf, startRig, type Instance, type Rig } from './rig.ts'

let rig: Rig
let instance: Instance
beforeAll(async () => {
  rig = await startRig()
  instance = await rig.startInstance()
  await waitUntil(async () => (await instance.readiness()).ready)
  return () => rig.close()
})

const page = (repository: string, format: PageFormat) => instance.client.getReportPage({ repository, format }, callOf())

test('a page tells what is open after a check, in the format that was asked for', async () => {
  const { report } = await instance.check({ 'src/<b>.ts': "import express from 'express'\nexpress().get('/a', (req, res) => { res.json(eval(req.query.sum)) })\n" }, { repository: 'shop' })
  await waitUntil(async () => (await instance.client.listChecks({ repository: 'shop', pageSize: 0, pageToken: '', wholeRepositoryOnly: false }, callOf())).checks.some(({ checkId }) => checkId === report.checkId))
  const html = await page('shop', PageFormat.PAGE_FORMAT_HTML)
  expect(html.contentType).toBe('text/html; charset=utf-8')
  expect(html.page).toContain('<h1>Quality of shop</h1>')
  expect(html.page).toContain('<code>src/&lt;b&gt;.ts:2</code>')
  expect(html.page).toContain('<span class="fail">fails</span>')
  expect(await page('shop', PageFormat.PAGE_FORMAT_UNSPECIFIED)).toMatchObject({ contentType: 'text/html; charset=utf-8' })
  const markdown = await page('shop', PageFormat.PAGE_FORMAT_MARKDOWN)
  expect(markdown.contentType).toBe('text/markdown; charset=utf-8')
  expect(markdown.page).toContain('elder/code-injection')
})

test('a repository that was never checked has a page, and no repository has none', async () => {
  expect((await page('never seen', PageFormat.PAGE_FORMAT_MARKDOWN)).page).toContain('Nothing was checked yet')
  await expect(page('', PageFormat.PAGE_FORMAT_HTML)).rejects.toMatchObject({ code: 'invalid_argument', field: 'repository' })
})
