import type { FlowSpec, SeenValue } from '../../../flow/flow-rule.ts'
import { anyOf, of } from '../../javascript-paths.ts'
import { isSentByLink } from '../../javascript-proofs.ts'
import { isForTrusted, isLimited } from '../../javascript-surroundings.ts'
import { isBuiltOrSent, type When } from '../../when.ts'

/** The text begins with "https://host/" or with a value of the program, so the data does not choose the host. */
const hasHost = (value: SeenValue | undefined): boolean => value?.prefix !== undefined && /^(?:[a-z]+:)?\/\/[^/?#]+[/?#]|^\/(?!\/)|^\.{1,2}\//i.test(value.prefix)
const isOpen = (value: SeenValue | undefined): boolean => value !== undefined && value.sources.length > 0 && isBuiltOrSent(value) && !value.led && !hasHost(value)
const address: When = ({ args: [url] }) => {
  if (url === undefined) return false
  const fields = ['url', 'uri', 'baseURL', 'host', 'hostname', 'origin', 'prefixUrl'].map((name) => url.field(name)).filter((field) => field !== undefined && field.constants === undefined)
  return url.keys === undefined && fields.length === 0 ? isOpen(url) : fields.some(isOpen)
}
const parts = ['0.url', '0.uri', '0.baseURL', '0.host', '0.hostname', '0.origin', '0.prefixUrl']
const verbs = 'get post put patch delete head options request'
const pages = '**.page page **.newPage() newPage() **.frame'

export const javascript: FlowSpec = {
  proof: isSentByLink,
  doubts: (text, start, origin) => isLimited(text, origin) || isForTrusted(text, start),
  sinks: [
    { call: ['fetch', 'axios', 'got', 'request', 'needle', 'superagent', 'ky', 'phin', 'bent', 'ofetch', '$fetch', 'undici.fetch', 'undici.request', 'undici.stream', 'http.get', 'http.request', 'https.get', 'https.request', 'http2.connect', 'follow-redirects.http.get', 'follow-redirects.https.get', 'urllib.request', 'urllib', 'wreck.request', 'simple-get', 'simple-get.concat', 'download', 'open-graph-scraper', 'link-preview-js.getLinkPreview', 'fetch.fetch', 'curl.get', 'node-libcurl.curly.get'], args: parts, when: address },
    { call: [...of('axios axios.default axios.create() got request needle superagent ky popsicle unirest wreck @hapi/wreck got.extend() request.defaults() superagent.agent() urllib **.http **.axios **.httpClient **.httpService **.axiosRef', verbs), ...of('got', 'stream paginate')], args: parts, when: address },
    // Tunnels and proxies exist to open connections to requested addresses.
    { call: ['net.connect', 'net.createConnection', 'tls.connect'], args: [...parts, 1], when: (call) => address(call) || isOpen(call.args[1]), advice: true },
    { call: of('http https', 'get request'), args: ['1.host', '1.hostname'], when: ({ args }) => ['host', 'hostname'].some((name) => isOpen(args[1]?.field(name))) },
    { call: ['needle'], args: [1], when: ({ args }) => isOpen(args[1]) },
    { call: ['WebSocket', 'ws', 'ws.WebSocket', 'EventSource'], args: [0], when: ({ args }) => isOpen(args[0]) && args[0]?.sources.includes('request') === true },
    { call: of(pages, 'goto navigate'), args: [0], when: ({ args }) => isOpen(args[0]) },
    { call: of(pages, 'setContent'), args: [0], message: 'the page is loaded by the server, with all that its markup asks for' },
    { call: anyOf('openPage'), args: [0], when: ({ args }) => isOpen(args[0]) },
    { call: ['**.Page.navigate', '**.Page.setDocumentContent', '**.Page.printToPDF'], args: ['0.url', '0.html', '0.headerTemplate', '0.footerTemplate'] },
    { call: ['phantom.create().createPage().open', '**.createPage().open', '**.createPage().openUrl', '**.createPage().setContent', '**.createPage().property'], args: [0, 1] },
    { call: ['wkhtmltopdf', 'wkhtmltoimage.generate', 'wkhtmltoimage', 'html-pdf.create', 'html-pdf-node.generatePdf', 'webshot', 'node-webshot', 'pageres().src', 'capture-website.file', 'capture-website.buffer', 'pdf-puppeteer', 'node-html-to-image'], args: [0] },
    { call: ['jsdom.JSDOM.fromURL', 'jsdom.env'], args: [0], when: ({ args }) => isOpen(args[0]) },
  ],
  sanitizers: ['encodeURIComponent', 'path.basename', 'querystring.escape', 'querystring.stringify', 'qs.stringify', 'ssrf-req-filter', 'ssrfFilter'],
  guards: anyOf('startsWith includes test match has isURL isAllowedUrl isAllowedHost'),
  attacks: ['http://e.x'],
}
