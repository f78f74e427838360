import type { Expression, FunctionNode, Parameter, Statement } from '../program.ts'
import type { LanguageModel } from '../flow-rule.ts'

type ParameterFact = ReturnType<LanguageModel['parameter']>

/** A parameter that is filled from the URL. */
export const ofAddress = 'a part of the address'

const request: ParameterFact = { path: 'web.request' }
const environ: ParameterFact = { path: 'wsgi.environ' }
const nothing: ParameterFact = { path: 'framework' }

const verbs = new Set(['route', 'get', 'post', 'put', 'delete', 'patch', 'options', 'head', 'trace', 'api_route', 'websocket', 'view', 'handle', 'any'])
const commands = new Set(['command', 'argument', 'option'])
const requestNames = new Set(['request', 'req', '_request'])
const requestTypes = /(?:^|\.)(?:HttpRequest|WSGIRequest|ASGIRequest|HTTPConnection|Request)(?:\[.*\])?$/
const harmlessTypes = /^(?:Optional\[)?(?:int|float|bool|complex|Decimal|decimal\.Decimal|UUID|uuid\.UUID|date|datetime|datetime\.date|datetime\.datetime|timedelta|Literal\[.*\])\]?(?: \| None)?$/
const injected = /\b(?:Depends|Security|Provide|Inject|inject)\b/
// Objects that frameworks inject and that are not request data.
const services = /(?:^|\.|\[)(?:Response|BackgroundTasks|Session|AsyncSession|SecurityScopes|WebSocket|Connection|AsyncConnection|Database|Cursor|Redis|Settings|Config|Engine|AsyncClient|Client|AsyncIOMotorClient|AsyncIOMotorDatabase|User|Logger)(?:\]|$| \|)/
const serviceNames = new Set(['self', 'cls', 'db', 'session', 'response', 'resp', 'res', 'background_tasks', 'ctx', 'context', 'info', 'conn', 'connection', 'settings', 'config', 'client', 'current_user'])

/** What a framework passes to a parameter. */
export function parameterOf(fn: FunctionNode, index: number, isWeb: boolean): ParameterFact {
  const parameter = fn.parameters[index]
  if (parameter === undefined || parameter.name === 'self' || parameter.name === 'cls') return undefined
  if (isLambdaEvent(fn, index)) return { kind: 'request', what: 'the event of an AWS Lambda call' }
  if (parameter.name === 'environ' && fn.parameters[index + 1]?.name === 'start_response') return environ
  if (isRequest(fn, parameter, index, isWeb)) return request
  if (isWeb && isCredential(parameter)) return { kind: 'request', what: "the request's token" }
  const route = routeOf(fn)
  if (route !== undefined) return routeParameter(fn, parameter, route)
  if (isWeb && isResponder(fn)) return /^(?:resp|res|response)$/.test(parameter.name) ? nothing : { kind: 'request', what: ofAddress }
  if (isWeb && isView(fn) && parameter.rest === undefined && !harmlessTypes.test(parameter.type) && isPathText(parameter)) return { kind: 'request', what: ofAddress }
  return fn.decorators.some((decorator) => commands.has(nameOf(decorator))) && !harmlessTypes.test(parameter.type) ? { kind: 'arguments', what: 'an argument of the command line' } : undefined
}

/** Whether the function's return value is the response to a request. */
export function isPythonHandler(fn: FunctionNode): boolean {
  return routeOf(fn) !== undefined || fn.decorators.some((decorator) => /^(?:expose|(?:app_)?errorhandler)$/.test(nameOf(decorator)))
}

function isLambdaEvent({ name, parameters }: FunctionNode, index: number): boolean {
  return index === 0 && parameters.length === 2 && /^(?:lambda_)?handler$/.test(name) && parameters[0]?.name === 'event' && parameters[1]?.name === 'context'
}

function isRequest(fn: FunctionNode, { name, type }: Parameter, index: number, isWeb: boolean): boolean {
  if (!isWeb) return false
  if (type !== '') return requestTypes.test(type)
  const first = fn.parameters[0]?.name
  return requestNames.has(name) && (index === 0 || (index === 1 && (first === 'self' || first === 'cls' || first === 'root' || first === 'context')))
}

/** The paths of @app.route("/x/<name>"), @router.get("/x/{name}"), @get("/x"); empty when one of them is not a constant. */
function routeOf({ decorators }: FunctionNode): string | undefined {
  const routes = decorators.map(routeIn).filter((route) => route !== undefined)
  if (routes.length === 0) return undefined
  return routes.includes('') ? '' : routes.join(' ')
}

function routeIn(decorator: Expression): string | undefined {
  if (decorator.kind !== 'call' || !verbs.has(nameOf(decorator))) return undefined
  const path = decorator.args.find(({ name }, index) => (name === undefined && index === 0) || name === 'path' || name === 'rule')?.value
  const isMethod = decorator.callee.kind === 'member'
  if (path?.kind === 'literal') return typeof path.value === 'string' && (path.value.startsWith('/') || (isMethod && (path.value === '' || path.value.startsWith('<')))) ? path.value : undefined
  return isMethod && path !== undefined ? '' : undefined
}

function routeParameter({ name: fnName }: FunctionNode, parameter: Parameter, route: string): ParameterFact {
  const { name, type, default: preset } = parameter
  if (preset !== undefined && isInjected(preset)) return undefined
  if (harmlessTypes.test(type) || injected.test(type) || services.test(type) || serviceNames.has(name) || fnName === '') return nothing
  if (new RegExp(`<(?:int|float|uuid|any\\\\([^)]*\\\\)):${name}>|[<{]${name}:(?:int|float|uuid|ymd|alpha)[}>]`).test(route)) return nothing
  return { kind: 'request', what: route === '' || new RegExp(`<(?:string:)?${name}>|\\{${name}(?::str)?\\}`).test(route) ? ofAddress : `the request's ${name}` }
}

function isInjected(preset: Expression): boolean {
  return preset.kind === 'call' && injected.test(nameOf(preset))
}

/** What FastAPI's security schemes take from the headers, as it came. */
function isCredential({ name, type, default: preset }: Parameter): boolean {
  if (ofScheme.test(type)) return true
  if (name !== 'token' || !(type === '' || type === 'str') || preset?.kind !== 'call' || !isInjected(preset)) return false
  const [scheme] = preset.args
  return scheme !== undefined && /bearer|oauth2|scheme/i.test(nameOf(scheme.value))
}

const ofScheme = /\bHTTP(?:Authorization|Basic)Credentials\b|\b(?:Depends|Security)\(\w*(?:bearer|oauth2)\w*\)/i

/** Falcon's on_get, on_post. */
function isResponder({ name, parameters }: FunctionNode): boolean {
  return /^on_(?:get|post|put|delete|patch|head|options)(?:_\w+)?$/.test(name) && parameters.length >= 3
}

/** Django passes the named parts of the URL after the request. */
function isView({ parameters, decorators, name, body }: FunctionNode): boolean {
  const [first, second] = parameters
  const at = first?.name === 'self' ? second : first
  if (at === undefined || !requestNames.has(at.name) || name.startsWith('_') || !answers(body)) return false
  return first?.name === 'self' ? /^(?:get|post|put|delete|patch|head|retrieve|list|create|update|destroy|partial_update)$/.test(name) : !decorators.some((decorator) => nameOf(decorator) === 'fixture')
}

/** Whether any return statement has a value. */
function answers(body: readonly Statement[]): boolean {
  return body.some((statement) => {
    switch (statement.kind) {
      case 'return':
        return statement.value !== undefined
      case 'if':
        return answers(statement.then) || answers(statement.otherwise)
      case 'try':
        return answers(statement.body) || answers(statement.finally) || statement.handlers.some((handler) => answers(handler.body))
      case 'loop':
      case 'block':
        return answers(statement.body)
      case 'match':
        return statement.cases.some((each) => answers(each.body))
      default:
        return false
    }
  })
}

const pathText = /^(?:(?:\w+_)?(?:slug|name|path|file|filename|key|code|token|title|tag|topic|lang|language|query|search|category)|url|username|q|page_name|host|domain|email|text|message|command|cmd)$/

function isPathText({ name, type, default: preset }: Parameter): boolean {
  return (type === '' || type === 'str') && preset === undefined && pathText.test(name) && !/^(?:template_name|app_name|class_name|field_name)$/.test(name)
}

function nameOf(decorator: Expression): string {
  const callee = decorator.kind === 'call' ? decorator.callee : decorator
  if (callee.kind === 'name') return callee.name
  return callee.kind === 'member' && typeof callee.key === 'string' ? callee.key : ''
}
