import type { LanguageModel, PathPattern, SourceKind } from '../flow-rule.ts'
import type { Program } from '../program.ts'
import { isPythonHandler, parameterOf } from './python-parameters.ts'
import { pythonEnds, pythonFills, pythonPasses, pythonStops, pythonUndoes } from './python-results.ts'

type Source = LanguageModel['sources'][number]

const from = (kind: SourceKind, what: string, paths: string): Source[] => paths.split(' ').map((path) => ({ path, kind, what }))
/** All combinations of objects and attribute names. */
const of = (objects: string, names: string): PathPattern[] => objects.split(' ').flatMap((object) => names.split(' ').map((name) => `${object}.${name}`))

const requests = 'flask.request quart.request bottle.request sanic.request cherrypy.request web.request falcon.request tornado.web.RequestHandler().request'

const sources: readonly Source[] = [
  // The request itself: a helper that receives it reads from it.
  ...from('request', 'a part of the HTTP request', requests).map((source) => ({ ...source, container: true as const })),
  ...from('request', 'a part of the HTTP request', '**.request.GET **.request.POST **.request.COOKIES **.request.META **.request.FILES **.request.query_params **.request.query_string **.request.matchdict **.request.rel_url'),
  // Database models have the same methods: `User.query.get(1)`.
  ...from('request', 'a part of the HTTP request', of(`${requests} **.request`, 'query.get() query.all()').join(' ')),
  ...from('request', 'a cookie', 'tornado.web.RequestHandler().get_cookie()'),
  ...from('request', "an argument of the request's address or body", '**.get_argument() **.get_arguments() **.get_query_argument() **.get_query_arguments() **.get_body_argument() **.get_body_arguments()'),
  ...from('request', 'a part of the HTTP request', of('http.server.BaseHTTPRequestHandler() http.server.SimpleHTTPRequestHandler() http.server.CGIHTTPRequestHandler()', 'path headers rfile requestline').join(' ')),
  ...from('request', 'what WSGI says of the request', of('wsgi.environ', 'PATH_INFO QUERY_STRING REQUEST_URI RAW_URI HTTP_COOKIE HTTP_REFERER HTTP_USER_AGENT HTTP_X_FORWARDED_FOR get() wsgi.input').join(' ')),
  ...from('request', 'a field of the submitted form', 'cgi.FieldStorage() cgi.parse() web.input() web.data() web.cookies()'),
  ...from('request', 'a field of the submitted form', of('wtforms wtforms.fields', 'StringField().data TextAreaField().data SearchField().data URLField().data HiddenField().data').join(' ')),
  ...from('file', 'an entry of an archive', of('zipfile.ZipFile()', 'infolist() namelist()').join(' ')),
  ...from('arguments', 'what the user typed', 'streamlit.text_input() streamlit.text_area() streamlit.chat_input() streamlit.file_uploader()'),
  ...from('message', 'what came over a socket', 'socket.socket().recv() socket.socket().recvfrom() **.receive_text() **.receive_json() **.receive_bytes()'),
  ...from('network', "a remote server's answer", of('requests requests.Session() requests.session() httpx httpx.Client() urllib3.PoolManager()', 'get() post() put() request()').join(' ')),
  ...from('network', "a remote server's answer", 'urllib.request.urlopen() urllib2.urlopen() **.recv() **.recvfrom()'),
  ...from('arguments', 'an argument of the command line', 'sys.argv **.parse_args() **.parse_known_args() input() raw_input()'),
  ...from('environment', 'the environment', 'os.environ os.getenv() os.environb'),
  ...from('weak-random', 'a generator whose numbers can be predicted', of('random random.Random()', 'random() randint() randrange() choice() choices() sample() uniform() getrandbits() randbytes() triangular() gauss() normalvariate() betavariate() expovariate() lognormvariate() vonmisesvariate() paretovariate() weibullvariate() gammavariate()').join(' ')),
  ...from('weak-random', 'a generator whose numbers can be predicted', of('numpy.random', 'rand() randint() random() choice() bytes() randn()').join(' ')),
]

/** What the imports reveal: what a parameter called `request` is, and whether a returned text is a page. */
interface Surroundings {
  readonly web: boolean
  readonly pages: boolean
}

const web = /^(?:django|rest_framework|aiohttp|starlette|fastapi|sanic|pyramid|falcon|tornado|bottle|flask|quart|werkzeug|webob|ninja|litestar|cherrypy)(?:\.|$)/
const pages = /^(?:flask|quart|bottle|cherrypy)(?:\.|$)/

// A framework's result is not the data that was sent, and methods of unknown objects are unknown.
const frameworkCall = /^(?:\?|flask|quart|django|rest_framework|fastapi|starlette|aiohttp|werkzeug|pyramid|sanic|tornado|bottle|falcon|logging|isinstance|print|super|self)(?:\.|$|\()|\(\)|redirect|valid|safe|allowed|saniti|clean/i
// Helpers that read request data mostly have such a name; others return something that they computed.
const readsRequests = /request|wrap|param|args?|body|quer|cookie|header|json|payload|field|input|parse|read/i

// Members of a request that the client sends. Others, such as request.event and request.user, are what the program knows about the client.
const sentAlong = /^(?:args|arguments|auth|authorization|base_url|body\w*|bounded_stream|content|cookies|cookie|data|environ|files?|forms?|form_data|full_path|get|getlist|get_\w+|getall|getone|headers?|host\w*|input|items|json\w*|match_info|matchdict|media|meta|multipart|params?|path\w*|post|query\w*|raw\w*|read\w*|referr?er|rel_url|request|scope|session_id|stream|subdomain|text|uri|url\w*|user_agent|values|view_args|\w*_arguments|\[\])$/i

const models = new Map<string, LanguageModel>()

/** Selects the model by the program's imports. There is one for each kind of program, so that its compiled form is reused. */
export function pythonModelFor(program: Program): LanguageModel {
  const paths = program.body.flatMap((statement) => (statement.kind === 'import' ? statement.bindings.map(({ path }) => path) : []))
  const surroundings: Surroundings = { web: paths.some((path) => web.test(path)), pages: paths.some((path) => pages.test(path)) }
  const key = JSON.stringify(surroundings)
  const known = models.get(key)
  if (known !== undefined) return known
  const made = modelOf(surroundings)
  models.set(key, made)
  return made
}

function modelOf({ web: isWeb, pages: sendsPages }: Surroundings): LanguageModel {
  return {
    sources,
    parameter: (fn, index) => parameterOf(fn, index, isWeb),
    isHandler: (fn) => sendsPages && isPythonHandler(fn),
    stops: pythonStops,
    passes: pythonPasses,
    reads: (path) => readsRequests.test(path) && !frameworkCall.test(path),
    carries: (member) => sentAlong.test(member),
    undoes: pythonUndoes,
    ends: pythonEnds,
    fills: pythonFills,
  }
}
