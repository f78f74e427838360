import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { of } from '../../javascript-paths.ts'
import { isText } from '../../when.ts'

const places = ['0', '1', '2', '3', '4', '5', '6', '7']

export const javascript: FlowSpec = {
  sinks: [{ call: [...of('puppeteer playwright.chromium playwright.firefox playwright.webkit chrome-launcher', 'launch launchPersistentContext')], always: true, when: ({ args }) => places.some((place) => isText(args[0]?.field('args')?.field(place) ?? args[0]?.field('chromeFlags')?.field(place), /^--(?:remote-debugging-address=0\.0\.0\.0|disable-web-security|no-sandbox)/)) }],
}
