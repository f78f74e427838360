import { expect, test } from 'vitest'
import { checkJavaScript } from '../engines/javascript.ts'

/** Whether what a rule finds is advice. */
const adviceIn = (text: string, rule: string) => checkJavaScript({ text, extension: '.ts', bareName: '', fileClass: 'source', language: 'javascript' }).filter((each) => each.rule === rule).map(({ advice }) => advice ?? false)

const shell = (head: string, before = '', asked = '') => adviceIn(`import { exec } from 'node:child_process'\n${head}\nrouter.post('/run', ${asked}(req, res) => {\n  ${before}\n  exec('tool ' + req.body.name, send)\n})`, 'command-injection')

test.each([
  ['a guard of the route', '', '', 'requireAdmin, '],
  ['a role of the route', '', '', "hasRole('operator'), "],
  ['a guard of the router', "router.use(requireRole('database-admin'))", '', ''],
  ['a hook', "app.addHook('preHandler', adminOnly)", '', ''],
  ['a question in the handler', '', 'if (!req.user.isAdmin) return res.sendStatus(403)', ''],
])('what only those who may do more can send is advice: %s', (_, head, before, asked) => {
  expect(shell(head, before, asked)).toEqual([true])
})

test.each([
  ['anybody', '', '', ''],
  ['whoever has signed in', '', '', 'requireLogin, '],
  ['those of another path', "app.use('/admin', requireAdmin)", '', ''],
  ['a router that is called so', "app.use(adminRoutes)", '', ''],
])('what %s can send is none', (_, head, before, asked) => {
  expect(shell(head, before, asked)).toEqual([false])
})

test.each([
  ["const schema = Joi.object({ name: Joi.string().valid('a', 'b') })", true],
  ['const schema = Joi.object({ name: Joi.string().max(40) })', false],
  ["const schema = z.object({ name: z.enum(['a', 'b']), kind: z.string() })", true],
  ["const schema = z.object({ name: z.string(), kind: z.enum(['a', 'b']) })", false],
  ["const querystring = { type: 'object', properties: { name: { type: 'string', enum: ['a', 'b'] } } }", true],
  ["const querystring = { type: 'object', properties: { name: { type: 'string', maxLength: 40 } } }", false],
  ["router.use(query('name').isInt({ min: 0 }).toInt())", true],
  ["router.use(query('name').trim().notEmpty())", false],
  ["class Wanted {\n  @IsOptional()\n  @IsIn(['a', 'b'])\n  name: string\n}", true],
  ['class Wanted {\n  @IsString()\n  name: string\n}', false],
  ["router.param('name', (req, res, next, name) => (/^[a-z]+$/.test(name) ? next() : res.sendStatus(404)))", true],
  ["router.param('name', (req, res, next, name) => { log.info(name); next() })", false],
])('a field that the file limits is advice: %s', (limit, advice) => {
  expect(adviceIn(`import fs from 'node:fs'\n${limit}\nrouter.get('/text', (req, res) => {\n  fs.readFile('./texts/' + req.query.name, send)\n})`, 'path-traversal')).toEqual([advice])
})

test.each([
  [String.raw`path.normalize(name).replace(/^(\.\.(\/|\\|$))+/, '')`, true],
  [String.raw`path.normalize(name).replace(/^(?:\.\.[/\\])+/, '')`, true],
  [String.raw`path.normalize(name).replace(/^\.\.\//, '')`, false],
  [String.raw`name.replace(/^(\.\.(\/|\\|$))+/, '')`, false],
])('a path of which every leading ".." is taken away after normalize() is advice: %s', (kept, advice) => {
  expect(adviceIn(`import fs from 'node:fs'\nimport path from 'node:path'\nrouter.get('/text', (req, res) => {\n  const { name } = req.query\n  const kept = ${kept}\n  fs.readFile(path.join('/srv/texts', kept), send)\n})`, 'path-traversal')).toEqual([advice])
})

test.each([
  ["await db.models.Order.find({ buyer: req.query.buyer })", false],
  ["await Order.find({ buyer: req.query.buyer })", true],
  ["await Order.findOne({ shop: 1, [columnOf(req.params.kind)]: req.params.id })"],
  ["await Order.findOne({ $where: 'this.buyer == ' + req.query.buyer })", false],
  ["await Order.findOne({ ...req.body })", false],
])('a model of a package may belong to any database, and a text under a computed key is no $where: %s', (query, ...advice) => {
  expect(adviceIn(`import Order from '@shop/data/models/order'\nimport db from './db.ts'\nrouter.get('/orders', async (req, res) => {\n  res.json(${query})\n})`, 'nosql-injection')).toEqual(advice)
})

test('many decorators of another field on one line end', () => {
  expect(adviceIn(`import fs from 'node:fs'\nclass Wanted {\n  ${'@IsString() '.repeat(60)} title: string\n}\nrouter.get('/text', (req, res) => {\n  fs.readFile('./texts/' + req.query.name, send)\n})`, 'path-traversal')).toEqual([false])
})
