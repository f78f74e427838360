import type { FlowSpec, SeenCall } from '../../../flow/flow-rule.ts'
import { isSent, paths, under } from '../../python-calls.ts'
import { mayHoldSlash } from '../../python-proofs.ts'
import { isForTrusted, isLimited } from '../../python-surroundings.ts'

// With a fixed host, the data chooses only the path or the query.
const fixedHost = /^https?:\/\/[^/?#\s{}]+[/?#]/i
const reaches =
  (place: number) =>
  ({ args, keywords }: SeenCall): boolean => {
    const url = args[place] ?? keywords.url ?? keywords.fullurl ?? keywords.host
    return isSent(url) && url?.led !== true && !(url?.prefix !== undefined && fixedHost.test(url.prefix))
  }
const verbs = 'get post put delete patch head options stream'
const clients = 'requests requests.Session() requests.session() requests.sessions.Session() httpx httpx.Client() httpx.AsyncClient() aiohttp.ClientSession() requests.api urllib3 grequests'

export const python: FlowSpec = {
  proof: mayHoldSlash,
  doubts: (text, start, origin) => isLimited(text, start, origin) || isForTrusted(text, start),
  sinks: [
    { call: under(clients, verbs), args: [0, 'url'], when: reaches(0) },
    { call: under(`${clients} urllib3.PoolManager() urllib3.ProxyManager()`, 'request urlopen'), args: [1, 'url'], when: reaches(1) },
    { call: paths('urllib.request.urlopen urllib.request.urlretrieve urllib.request.Request urllib.urlopen urllib2.urlopen urllib2.Request urllib.urlretrieve requests.Request wget.download feedparser.parse http.client.HTTPConnection http.client.HTTPSConnection ftplib.FTP smtplib.SMTP telnetlib.Telnet websocket.create_connection websockets.connect'), args: [0, 'url', 'fullurl', 'host'], when: reaches(0) },
    { call: paths('tornado.httpclient.AsyncHTTPClient().fetch tornado.httpclient.HTTPClient().fetch tornado.httpclient.HTTPRequest'), args: [0, 'url'], when: reaches(0) },
  ],
  sanitizers: paths('urllib.parse.quote urllib.parse.quote_plus urllib.parse.urlencode urllib.quote urllib.quote_plus urllib.urlencode'),
  guards: paths('**.startswith **.is_safe_url **.is_allowed_host **.url_has_allowed_host_and_scheme **.fullmatch **.match'),
  attacks: ['http://e.x'],
}
