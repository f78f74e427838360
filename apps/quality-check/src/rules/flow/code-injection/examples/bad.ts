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

server.tool('calculate', { formula: 'string' }, async ({ formula }) => {
  // ruleid: code-injection
  return { content: [{ type: 'text', text: String(eval(formula)) }] }
})

export async function shoot(req: Request, page: Page) {
  const { url, theme } = req.body
  await page.goto(url)
  // ruleid: code-injection
  await page.addScriptTag({ content: `setTheme('${theme}')` })
}
