import { expect, test } from 'vitest'
import { checkJavaScript } from '../../engines/javascript.ts'

/** Where a command is built from what others send: the lines, and which are no more than advice. */
function commandLines(text: string, extension = '.ts'): string[] {
  const found = checkJavaScript({ text, extension, bareName: '', fileClass: 'source', language: 'javascript' })
  return found.filter(({ rule, clears }) => rule === 'command-injection' && clears !== true).map(({ line, advice }) => `${line}${advice === true ? ' advice' : ''}`)
}

const run = `import { exec } from 'node:child_process'\n`

test.each([
  ['Express', `app.get('/x', (a, b) => exec('ls ' + a.query.d))`],
  ['Express with its types', `export const list = async (incoming: express.Request, out: express.Response) => { exec('ls ' + incoming.params.d) }`],
  ['an error handler of Express', `app.use((err, req, res, next) => { exec('ls ' + req.headers.d) })`],
  ['Fastify', `fastify.route({ url: '/', handler: async (request, reply) => { exec('ls ' + request.body.d) } })`],
  ['Koa', `router.post('/', async (ctx) => { exec('ls ' + ctx.request.body.d) })`],
  ['Hapi', `server.route({ path: '/', handler: (request, h) => exec('ls ' + request.payload.d) })`],
  ['Hono', `app.get('/', async (c) => { exec('ls ' + c.req.query('d')) })`],
  ['Nest', `@Controller() class C { @Get() list(@Query('d') d: string) { exec('ls ' + d) } }`],
  ['a route of Next', `export async function POST(request: Request) { const { d } = await request.json(); exec('ls ' + d) }`],
  ['a page of Next', `export default function handler(req, res) { exec('ls ' + req.query.d) }`],
  ['AWS Lambda', `exports.handler = async (event) => exec('ls ' + event.queryStringParameters.d)`],
  ['plain Node', `http.createServer((req, res) => { const { query } = url.parse(req.url, true); exec('ls ' + query.d) })`],
  ['a body in pieces', `http.createServer((req, res) => { let body = ''; req.on('data', (piece) => { body += piece }); req.on('end', () => exec(body)) })`],
  ['GraphQL', `export const resolvers = { Query: { list: (parent, args, context) => exec('ls ' + args.d) } }`],
])('knows what %s hands to a program', (_, text) => {
  expect(commandLines(run + text)).toEqual(['2'])
})

test('a value of a caller, of whom nothing is known, is advice', () => {
  expect(commandLines(`${run}export const list = (folder: string) => exec('ls ' + folder)`)).toEqual(['2 advice'])
})

test.each([
  ['a web socket', `wss.on('connection', (ws) => { ws.on('message', (message) => exec('ls ' + message)) })`],
  ['Socket.IO', `io.on('connection', (socket) => { socket.on('list', (d) => exec('ls ' + d)) })`],
])("what %s hands to a program is the program's own protocol as often as not: advice", (_, text) => {
  expect(commandLines(run + text)).toEqual(['2 advice'])
})

test('what was passed to a function that may have looked at it is advice', () => {
  expect(commandLines(`${run}const list = (folder) => exec('ls ' + folder)\napp.get('/', (req, res) => list(req.query.d))`)).toEqual(['2 advice'])
})

test('what passed through code that is not here is advice', () => {
  expect(commandLines(`${run}app.get('/', async (req, res) => { const row = await rows.load(req.query.id); exec('ls ' + row.folder) })`)).toEqual(['2 advice'])
})

test('numbers, digests and what was compared with a list are no data of others', () => {
  expect(commandLines(`${run}app.get('/', (req, res) => { exec('ls ' + Number(req.query.n)); if (['a', 'b'].includes(req.query.d)) exec('ls ' + req.query.d) })`)).toEqual([])
})
