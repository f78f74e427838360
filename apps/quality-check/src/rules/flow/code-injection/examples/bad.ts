import type { Page } from 'puppeteer'

// ruleid: code-injection
eval(decodeURIComponent(location.hash.slice(1)))

window.addEventListener('message', (event: MessageEvent) => {
  // ruleid: code-injection
  new Function(event.data)()
})

export async function click(page: Page, selector: string) {
  // ruleid: code-injection
  await page.evaluate(`document.querySelector('${selector}').click()`)
}
