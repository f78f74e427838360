import type { LanguageModel, SourceKind, Way } from '../flow-rule.ts'
import { answersRequests, ofSocket, parameterFact } from './javascript-parameters.ts'

type Source = LanguageModel['sources'][number]

const ofRequestPart = 'part of a request'

const from = (kind: SourceKind, what: string, paths: readonly string[]): Source[] => paths.map((path) => ({ path, kind, what }))
const under = (object: string, names: string): string[] => names.split(' ').map((name) => `${object}.${name}`)

// The parts of a request that the client writes. Members that frameworks add (user, session, app, log, route) are left out.
const requestParts =
  'query body params headers cookies signedCookies url originalUrl path hostname host subdomains file files fields payload state rawBody rawHeaders info raw search querystring href origin ips param() get() header() query() body() params() json() text() formData() arrayBuffer() blob() headers() cookies() queries() parseBody()'
// With any receiver: a request may be stored in `this`, in a closure or in a field.
const anyReceiver = ['req.query', 'req.body', 'req.params', 'req.headers', 'req.cookies', 'request.query', 'request.body', 'request.params', 'request.headers', 'request.cookies', 'request.payload']

const sources: readonly Source[] = [
  ...from('request', ofRequestPart, [
    ...under('http.request', requestParts),
    // for await (const piece of request)
    'http.request.<piece>',
    ...['nextUrl.searchParams', 'nextUrl.pathname', 'nextUrl.search', 'nextUrl.href', 'query.get()', 'body.get()'].map((name) => `http.request.${name}`),
    ...under('koa.context', 'query querystring params headers header path url originalUrl host hostname href origin search cookies body get() param() resolvedUrl'),
    ...under('koa.context.request', requestParts),
    ...under('koa.context.req', requestParts),
    ...under('koa.context.request', 'input() qs() all() only() except()'),
    ...anyReceiver.map((path) => `**.${path}`),
    ...anyReceiver,
    'hono.cookie.getCookie()',
    'next.headers.cookies().get()',
    'next.headers.headers().get()',
    'formidable().parse()',
  ]),
  ...from('request', 'the query that a page was asked with', ['next.page.searchParams']),
  ...from('location', "the page's address", [
    'location',
    ...under('location', 'href hash search'),
    'location.toString()',
    'document.URL',
    'document.documentURI',
    'document.referrer',
    'window.name',
    'next.router.useRouter().query',
    'next.router.useRouter().asPath',
    'next.navigation.useSearchParams()',
    'react-router-dom.useParams()',
    'react-router-dom.useSearchParams()',
    'react-router-dom.useLocation().search',
    'react-router-dom.useLocation().hash',
    '$location.search()',
    '$location.hash()',
    '$location.url()',
    '$routeParams',
    '$stateParams',
    '**.$route.query',
    '**.$route.params',
    '**.snapshot.queryParams',
    '**.snapshot.paramMap.get()',
    '**.snapshot.queryParamMap.get()',
  ]),
  ...from('message', 'a message of another window', ['MessageEvent.data', '**.originalEvent.data']),
  ...from('network', 'a message of the server', ['connection.message.data']),
  ...from('file', 'an entry of an archive', [...under('archive.entry', 'path name fileName entryName type header'), '**.getEntries()', '**.getEntry()']),
  ...from('parameter', "a component's property", ['?.props', '$scope',  'react.Component().props', 'react.PureComponent().props', 'React.Component().props']),
  ...from('storage', 'what the browser keeps', ['localStorage.getItem()', 'sessionStorage.getItem()', 'document.cookie']),
  ...from('arguments', 'the command line', ['process.argv', 'Deno.args', 'Bun.argv', 'yargs.argv', 'commander.program.opts()']),
  ...from('environment', 'the environment', ['process.env', 'Deno.env.get()', 'import.meta.env']),
  ...from('weak-random', 'predictable', ['Math.random()', 'lodash.random()', 'lodash.sample()', 'lodash.shuffle()', '$.now()', 'random-js()', 'seedrandom()()']),
]

// Calls whose result contains none of the arguments' data: numbers, digests, booleans, results of database queries, the content of a verified token.
const stops = [
  ...'parseInt() parseFloat() Number() Boolean() BigInt() Symbol() isNaN() isFinite() Number.parseInt() Number.parseFloat() Date() Date.parse() Date.now() Number.isInteger() Number.isNaN() Array.isArray() Object.is() Buffer.byteLength() Buffer.compare() ObjectId() bcrypt.hash() bcrypt.compare() argon2.hash() argon2.verify() jsonwebtoken.sign() jsonwebtoken.verify() jose.jwtVerify() uuid.v4() uuid.v5() crypto.randomBytes() crypto.scryptSync() crypto.pbkdf2Sync() fs.existsSync() fs.statSync() fs.lstatSync() fs.accessSync() fs.writeFileSync() fs.unlinkSync() fs.mkdirSync() fs.stat() fs.promises.stat() fs.promises.access() fs.createWriteStream() http.request.headers.host http.request.hostname http.request.host http.request.file.path http.request.file.filename http.request.file.destination http.request.files.[].path http.request.files.*.path http.request.files.[].filename location.origin location.host location.hostname location.protocol location.port location.pathname location.reload location.assign location.replace'.split(' '),
  '**.ObjectId()',
  '**.headers.host',
  ...'length size byteLength'.split(' ').map((name) => `**.${name}`),
  ...'indexOf lastIndexOf includes startsWith endsWith test charCodeAt codePointAt localeCompare search hasOwnProperty has some every isArray equals compare toFixed getTime getFullYear digest sign verify compareSync hashSync timingSafeEqual'
    .split(' ')
    .map((name) => `**.${name}()`),
  ...'query execute findOne findAll findById findByPk findMany findFirst findUnique findAndCountAll findOneAndUpdate findByIdAndUpdate findByIdAndDelete findOneBy findOneOrFail findUniqueOrThrow countDocuments aggregate insertOne insertMany updateOne updateMany deleteOne deleteMany bulkWrite bulkCreate upsert $queryRaw $executeRaw oneOrNone manyOrNone isAuthenticated isValid isUUID isEmail isURL isInt isNumeric isAlphanumeric isMongoId'
    .split(' ')
    .map((name) => `**.${name}()`),
]

// Calls whose result contains the arguments' data. Any other unknown call makes the taint a guess.
const passes = [
  // Markdown converters keep the HTML in their input.
  ...'marked marked.parse marked.marked marked.marked.parse snarkdown snarkdown.default markdown-table showdown.Converter().makeHtml'.split(' '),
  ...'String Object Array Buffer.from Buffer.concat URL URLSearchParams JSON.parse JSON.stringify decodeURIComponent decodeURI unescape encodeURI atob btoa util.format util.inspect util.promisify querystring.parse qs.parse url.parse url.format url.resolve path.join path.resolve path.normalize path.dirname path.format path.posix.join path.win32.join Object.assign Object.keys Object.values Object.entries Object.fromEntries Object.freeze Array.from Array.of Set Map structuredClone Promise.resolve lodash.merge lodash.assign lodash.extend lodash.cloneDeep lodash.pick lodash.get lodash.trim lodash.toString lodash.template lodash.defaults body-parser URLSearchParams().get URLSearchParams().getAll FormData().get react-router-dom.useSearchParams().[].get sprintf-js.sprintf http.request.json http.request.text http.request.formData React.useState react.useState react.useMemo next.navigation.useSearchParams vm2.VMScript vm.Script marked marked.marked marked.parse'.split(' '),
  ...'replace replaceAll trim trimStart trimEnd split join concat slice substring substr toString toLowerCase toUpperCase padStart padEnd repeat normalize at charAt match matchAll reverse sort toSorted flat flatMap map filter find reduce entries values keys then valueOf json text formData toLocaleLowerCase toJSON pop shift'
    .split(' ')
    .map((name) => `**.${name}`),
  ...'searchParams headers cookies query params body formData()'.split(' ').flatMap((name) => [`**.${name}.get`, `**.${name}.getAll`]),
]

const fills = 'push unshift append prepend add set splice write'.split(' ').map((name) => `**.${name}`)

const ends = ['process.exit', 'process.abort', 'next.navigation.redirect', 'next.navigation.permanentRedirect', 'next.navigation.notFound', 'Deno.exit', 'koa.context.throw']

// The written form of a request's member. Other objects may have members with these names, too.
const ofRequest = /(?:^|\.)_?(?:req|request|ctx|context|c|event)\.|(?:^|\.)(?:query|body|params|payload|cookies|headers)\b/
// Once data was passed to another named function, that one may have checked it.
const isSent = ({ origin, what, isDirect }: Way): boolean => isDirect && what !== ofSocket && (what !== ofRequestPart || ofRequest.test(origin))
// Messages, even those of sockets, mostly belong to the program's own protocol.
const proves = (way: Way): boolean => way.kind !== 'message' && (way.kind !== 'request' || isSent(way))

/** The model of JavaScript's platforms and frameworks. */
export const javascriptModel: LanguageModel = { sources, parameter: parameterFact, proves, isHandler: answersRequests, stops, passes, fills, ends }
