import type { Constant, Expression, FunctionNode, Parameter, Pattern } from '../program.ts'
import type { SourceKind } from '../flow-rule.ts'

/** What a framework passes to a parameter: a value with a canonical path, or data of a source kind. */
export interface ParameterFact {
  readonly path?: string
  readonly kind?: SourceKind
  readonly what?: string
}

/** A message from a socket, where it is unknown whether the program is the client or the server. */
export const ofSocket = 'a message of a socket'

const request: ParameterFact = { path: 'http.request' }
const response: ParameterFact = { path: 'http.response' }
// Sends JSON or plain text by default, so that a returned text is not a page.
const reply: ParameterFact = { path: 'fastify.reply' }
const context: ParameterFact = { path: 'koa.context' }
const data = (what: string): ParameterFact => ({ kind: 'request', what })

const byType: Readonly<Record<string, ParameterFact>> = {
  Request: request,
  'express.Request': request,
  'Express.Request': request,
  FastifyRequest: request,
  NextApiRequest: request,
  NextRequest: request,
  IncomingMessage: request,
  'http.IncomingMessage': request,
  'Hapi.Request': request,
  HttpRequest: request,
  Response: response,
  'express.Response': response,
  'Express.Response': response,
  FastifyReply: reply,
  NextApiResponse: response,
  ServerResponse: response,
  'http.ServerResponse': response,
  'Koa.Context': context,
  'Koa.ParameterizedContext': context,
  APIGatewayProxyEvent: data('the event of an AWS Lambda call'),
  APIGatewayProxyEventV2: data('the event of an AWS Lambda call'),
  APIGatewayEvent: data('the event of an AWS Lambda call'),
  GetServerSidePropsContext: context,
  HttpContext: context,
  LoaderFunctionArgs: context,
  ActionFunctionArgs: context,
}

const requestNames = new Set(['req', 'request', '_req', '_request'])
const responseNames = new Set(['res', 'response', 'reply', 'resp', '_res', 'rep'])
const nextNames = new Set(['next', 'done', '_next', 'cb'])
// Parameter decorators of Nest, routing-controllers, tsoa and similar frameworks.
const dataDecorators = new Set(['Query', 'Body', 'Param', 'Params', 'Headers', 'Header', 'Cookies', 'UploadedFile', 'UploadedFiles', 'RawBody', 'Args', 'MessageBody', 'Payload', 'QueryParam', 'QueryParams', 'BodyParam', 'HeaderParam', 'CookieParam', 'PathParam', 'BodyProp', 'Path'])
const routeDecorators = new Set(['Get', 'Post', 'Put', 'Patch', 'Delete', 'All', 'Options', 'Head', 'Render', 'Redirect', 'Sse', 'Query', 'Mutation', 'Subscription'])
const harmlessTypes = new Set(['number', 'boolean', 'bigint', 'Date', 'symbol', 'never', 'void', 'null', 'undefined', 'number | undefined', 'boolean | undefined'])
const httpMethods = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'])
const routeCall = /(?:^|\.)(?:get|post|put|patch|delete|del|all|use|route|options|head|any)$/
// Services that AngularJS injects by parameter name.
const injected = new Set(['$scope', '$rootScope', '$sce', '$sceProvider', '$location', '$window', '$http', '$parse', '$compile', '$document', '$interpolate', '$routeParams', '$stateParams'])
const unexported = new Set(['static'])

/** The value of a parameter when code outside the file calls its function. */
export function parameterFact(fn: FunctionNode, index: number): ParameterFact | undefined {
  const parameter = fn.parameters[index]
  if (parameter === undefined) return undefined
  if (injected.has(parameter.name)) return { path: parameter.name }
  const fact = decoratedFact(parameter) ?? listenerFact(fn, index) ?? calledFact(fn, index) ?? formFact(fn, parameter) ?? pageFact(fn, index, parameter) ?? handlerFact(fn, index, parameter) ?? typeFact(parameter)
  if (fact !== undefined) return fact
  return isOpen(fn, parameter) ? { path: `given.${parameter.name || 'value'}`, kind: 'parameter' } : undefined
}

/** Node's IncomingMessage is the request on a server and the response on a client. */
function typeFact({ name, type }: Parameter): ParameterFact | undefined {
  return type.endsWith('IncomingMessage') && /res(?:p|ponse)?(?:$|[A-Z_])/i.test(name) ? undefined : byType[type]
}

function decoratorName(decorator: Expression): string {
  const callee = decorator.kind === 'call' ? decorator.callee : decorator
  if (callee.kind === 'name') return callee.name
  return callee.kind === 'member' && typeof callee.key === 'string' ? callee.key : ''
}

function decoratedFact({ decorators, type }: Parameter): ParameterFact | undefined {
  const names = decorators.map(decoratorName)
  if (names.some((name) => name === 'Req' || name === 'Request')) return request
  if (names.some((name) => name === 'Res' || name === 'Response')) return response
  const name = names.find((each) => dataDecorators.has(each))
  if (name === undefined) return undefined
  return harmlessTypes.has(type) || decorators.some(isParsing) ? { path: 'number' } : data(`the request's part that @${name}() names`)
}

/** @Param('id', ParseIntPipe), @Query('kind', new ParseEnumPipe(Kind)) */
function isParsing(decorator: Expression): boolean {
  return decorator.kind === 'call' && decorator.args.some(({ value }) => /^Parse(?:Int|Float|Bool|UUID|Enum|Date)Pipe$/.test(decoratorName(value)))
}

// A worker and the page that started it belong to one program; a page's global object is called window.
const isWorker = /(?:^self|worker\w*)(?:\.\w+)?\.(?:addEventListener|onmessage)$|^(?:onmessage)?$/i
// Data on a connection that the page opened was written by the page's own server.
const isConnection = /(?:^ws|sockets?|sock|source|sse|stream|channel|connection|conn|client)\.(?:addEventListener|onmessage)$/i
const messageOf = (callee = ''): ParameterFact => ({ path: isWorker.test(callee) ? 'worker.message' : isConnection.test(callee) ? 'connection.message' : 'MessageEvent' })

/** Event callbacks: messages of windows, sockets and workers, chunks of a request's body. */
function listenerFact(fn: FunctionNode, index: number): ParameterFact | undefined {
  if (fn.name === 'onmessage') return index === 0 ? messageOf(fn.passedTo?.callee) : undefined
  if (fn.passedTo === undefined) return undefined
  const { callee, first } = fn.passedTo
  const dot = callee.lastIndexOf('.')
  const method = callee.slice(dot + 1)
  if (isTool(method, first)) return index === 0 ? data('the arguments of a tool, which a model or its client writes') : undefined
  if (method === 'addEventListener') return first === 'message' && index === 0 ? messageOf(callee) : undefined
  if (callee === 'ipcMain.on' || callee === 'ipcMain.handle') return index > 0 ? { kind: 'message', what: 'a message of a renderer' } : undefined
  return method === 'on' || method === 'once' ? eventFact(fn, index, callee.slice(0, dot).toLowerCase(), first) : undefined
}

/** Callable functions of Firebase, and Express's `router.param('id', (request, response, next, id) => …)`. */
function calledFact({ passedTo }: FunctionNode, index: number): ParameterFact | undefined {
  if (passedTo === undefined) return undefined
  if (/(?:^|\.)onCall$/.test(passedTo.callee)) return index === 0 ? data('what the caller of a function sent') : undefined
  return passedTo.callee.endsWith('.param') && typeof passedTo.first === 'string' && index === 3 ? data('a part of the address') : undefined
}

/** A server action that receives a form. */
function formFact({ exported }: FunctionNode, { type }: Parameter): ParameterFact | undefined {
  return exported && type === 'FormData' ? { path: 'FormData()', ...data('the submitted form') } : undefined
}

/** A page component of Next that receives the query of its URL. */
function pageFact({ exported }: FunctionNode, index: number, { target }: Parameter): ParameterFact | undefined {
  if (index !== 0 || !exported || target.kind !== 'record') return undefined
  return target.entries.some(({ key }) => key.kind === 'literal' && key.value === 'searchParams') ? { path: 'next.page' } : undefined
}

/** Tools of a Model Context Protocol server: server.tool('name', schema, (args) => ...). */
function isTool(method: string, first: Constant): boolean {
  if (method === 'setRequestHandler') return typeof first === 'string' || first === undefined
  return (method === 'tool' || method === 'registerTool') && typeof first === 'string'
}

/** The arguments of a callback passed to `owner.on(event, ...)`. */
function eventFact({ parameters }: FunctionNode, index: number, owner: string, event: Constant): ParameterFact | undefined {
  if (event === 'entry') return index === 0 ? { path: 'archive.entry' } : undefined
  if (event === 'data' && /(?:^|\.)(?:req|request)$/.test(owner)) return index === 0 ? data("the request's body") : undefined
  if (event === 'message' && /(?:^|\.)(?:\w*ws|\w*socket|conn|connection|client|peer)$/.test(owner)) return index === 0 ? data(ofSocket) : undefined
  const isMessage = /(?:^|\.)\w*socket$/.test(owner) && !ownEvents.has(String(event))
  return isMessage && !isCallback(parameters[index]) ? data(ofSocket) : undefined
}

// Events about the socket itself, without data of the other side.
const ownEvents = new Set(['connect', 'error', 'close', 'disconnect'])

function isCallback(parameter: Parameter | undefined): boolean {
  return parameter === undefined || /^(?:cb|callback|ack|done|next|fn)$/.test(parameter.name)
}

function handlerFact(fn: FunctionNode, index: number, parameter: Parameter): ParameterFact | undefined {
  const [first] = fn.parameters
  const isError = /^_?(?:err|error)$/.test(first?.name ?? '') && fn.parameters.length === 4
  const place = isError ? index - 1 : index
  if (isLambda(fn)) return index === 0 ? data('the event of an AWS Lambda call') : undefined
  if (requestNames.has(parameter.name) && (place === 0 || first?.name === 'ctx' || isResponse(first))) return isClientResponse(fn) ? undefined : request
  return answerFact(fn, parameter, place) ?? (place === 0 && isRouted(fn) ? routedFact(fn, parameter) : undefined) ?? namedHandlerFact(fn, index) ?? (place === 1 && isResolver(fn) ? data('the arguments of a GraphQL field') : undefined)
}

/** The response parameter of a handler. */
function answerFact(fn: FunctionNode, parameter: Parameter, place: number): ParameterFact | undefined {
  if (isResponse(parameter) && (isRequest(fn.parameters[place - 1]) || isRouted(fn))) return parameter.name === 'reply' || parameter.name === 'rep' ? reply : response
  return place === 1 && parameter.name === 'h' && isRequest(fn.parameters[0]) ? { path: 'hapi.toolkit' } : undefined
}

/** Handlers that frameworks recognise by their name. */
function namedHandlerFact({ name, exported }: FunctionNode, index: number): ParameterFact | undefined {
  if (httpMethods.has(name) && exported) return index === 0 ? request : context
  const isLoader = name === 'getServerSideProps' || ((name === 'loader' || name === 'action') && exported)
  return isLoader && index === 0 ? context : undefined
}

/** Whether the function is passed to a call that registers routes: app.get('/users', (a, b) => ...). */
function isRouted({ passedTo, parameters }: FunctionNode): boolean {
  if (passedTo === undefined || !routeCall.test(passedTo.callee)) return false
  const isRoute = typeof passedTo.first === 'string' && /^[/*]/.test(passedTo.first)
  return isRoute || (passedTo.callee.endsWith('.use') && (parameters.length >= 2 || parameters[0]?.name === 'ctx'))
}

function routedFact({ parameters }: FunctionNode, { name, target }: Parameter): ParameterFact | undefined {
  if (parameters.length > 1 && !/^(?:ctx|c|context)$/.test(name)) return /^_?(?:err|error)$/.test(name) ? undefined : request
  if (target.kind === 'record') return target.entries.some(({ key }) => key.kind === 'literal' && (key.value === 'request' || key.value === 'req')) ? context : request
  return /^(?:ctx|c|context)$/.test(name) ? context : request
}

function isRequest(parameter: Parameter | undefined): boolean {
  return parameter !== undefined && (requestNames.has(parameter.name) || byType[parameter.type] === request || parameter.target.kind === 'record')
}

function isResponse(parameter: Parameter | undefined): boolean {
  return parameter !== undefined && (responseNames.has(parameter.name) || byType[parameter.type] === response || byType[parameter.type] === reply)
}

/** Callbacks on the client's side: `http.get(url, (response) => ...)` and `axios.interceptors.request.use((request) => ...)`. */
function isClientResponse({ passedTo, parameters }: FunctionNode): boolean {
  return parameters.length === 1 && passedTo !== undefined && /(?:^|\.)(?:interceptors\.request\.use|then|catch|request|fetch)$/.test(passedTo.callee)
}

function isLambda({ name, parameters, exported }: FunctionNode): boolean {
  const [first, second] = parameters
  if (first === undefined || !/^_?(?:event|evt)$/.test(first.name)) return false
  return /handler$/i.test(name) ? exported || second !== undefined : exported && second?.name === 'context'
}

/** A GraphQL resolver: `(parent, args, context, info)`. */
function isResolver({ parameters }: FunctionNode): boolean {
  const [first, , third] = parameters
  return parameters.length >= 2 && /^_*(?:parent|root|source|obj|_)?$/.test(first?.name ?? 'x') && first?.name !== '' && (/^_?(?:ctx|context)$/.test(third?.name ?? '') || parameters[1]?.name === 'args')
}

/** A named or exported function whose callers are unknown. */
function isOpen(fn: FunctionNode, parameter: Parameter): boolean {
  if (fn.name === '' ? !fn.exported : unexported.has(fn.name)) return false
  return !harmlessTypes.has(parameter.type) && !nextNames.has(parameter.name) && patternIsData(parameter.target)
}

function patternIsData(target: Pattern): boolean {
  return target.kind !== 'name' || target.name !== 'this'
}

const answers = new Set(['handler', 'fetch'])

/** Whether its return value is sent to the client. */
export function answersRequests(fn: FunctionNode): boolean {
  const { name, decorators, parameters, exported } = fn
  if (decorators.some((decorator) => routeDecorators.has(decoratorName(decorator)))) return true
  if (isLambda(fn) || (httpMethods.has(name) && exported)) return true
  if (isRouted(fn)) return true
  return answers.has(name) && isRequest(parameters[0]) && parameters[0]?.target.kind === 'name'
}
