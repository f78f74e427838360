import type { Page } from 'puppeteer'

export async function click(page: Page, selector: string) {
  // ok: code-injection
  await page.evaluate((text) => document.querySelector(text)?.click(), selector)
}
