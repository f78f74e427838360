import type { Page } from 'puppeteer'

export async function click(page: Page, selector: string) {
  // ok: code-injection
  await page.evaluate((text) => document.querySelector(text)?.click(), selector)
}

export async function shoot(req: Request, page: Page) {
  const { url, addScriptTag = [], wait } = req.body
  await page.goto(url)
  for (const index in addScriptTag) {
    // ok: code-injection
    await page.addScriptTag(addScriptTag[index])
  }
}
