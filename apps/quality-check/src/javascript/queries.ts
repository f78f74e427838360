import type { Node } from '@oxc-project/types'
import { bare, chainOf, lastName, textIn } from './nodes.ts'

// Usual names of object-relational mappers and drivers, and of their query methods.
const prisma = /(^|\.)(prisma|prismaClient|db|tx)\.\w+\.(findUnique|findFirst|findMany|findUniqueOrThrow|findFirstOrThrow|count|create|aggregate)$/
const model = /(^|\.)([A-Z]\w*[a-z]\w*|\w*[rR]epository|\w*Repo|\w+Model)(\(\))?\.(findOne|findById|findByPk|findOneBy|findOneOrFail|findOneByOrFail|findAll|findAndCountAll|findBy|countDocuments|findOneAndUpdate|findByIdAndUpdate)$/
const raw = /(^|\.)(db|pool|client|conn|connection|knex|sequelize|pg|mysql|database|query_?[rR]unner|manager|dataSource|trx|tx)\.(query|execute|raw|one|oneOrNone|any|many|get|all)$/
const builder = /^(this\.)?(knex|db|trx)\(\)(\.\w+(\(\))?)*$/
const statement = /^\s*(select|insert|with)\b/i

/** Whether a call queries a database or writes to it. */
export function isQuery(given: Node): boolean {
  const node = bare(given)
  if (node.type !== 'CallExpression') return false
  const chain = chainOf(node.callee)
  if (prisma.test(chain) || model.test(chain)) return true
  if (builder.test(chain)) return /\.(where|first|select)\b/.test(chain) && !/\.(update|del|delete|increment|decrement)\b/.test(chain)
  return raw.test(chain) && statement.test(sqlOf(node.arguments[0]))
}

/** Whether a query, as isQuery knows them, asks for rows and changes none. */
export function isRead(given: Node): boolean {
  const node = bare(given)
  if (node.type !== 'CallExpression') return false
  const chain = chainOf(node.callee)
  return !/create|update|insert|delete|upsert/i.test(lastName(chain)) && (!raw.test(chain) || /^\s*(?:select|with)\b/i.test(sqlOf(node.arguments[0])))
}

/** Whether a call begins a transaction. */
export function beginsTransaction(node: Node): boolean {
  return node.type === 'CallExpression' && raw.test(chainOf(node.callee)) && /^\s*(?:begin|start transaction)\b/i.test(sqlOf(node.arguments[0]))
}

function sqlOf(node: Node | undefined): string {
  if (node?.type === 'TemplateLiteral') return node.quasis[0]?.value.raw ?? ''
  if (node?.type === 'BinaryExpression') return sqlOf(node.left)
  return textIn(node) ?? ''
}
