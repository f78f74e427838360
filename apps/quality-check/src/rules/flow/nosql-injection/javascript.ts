import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { anyOf, of } from '../../javascript-paths.ts'
import type { SeenValue } from '../../../flow/flow-rule.ts'
import { isBuiltOrSent, isDocumentModel, type When } from '../../when.ts'

// Path parameters, headers and cookies are always text, so no object can be injected.
const isText = /\.(?:params|param|headers|header|cookies|get)\b/

/** `{ $eq: value }` compares with any value, and runs no operator. */
const isCompared = (value: SeenValue | undefined): boolean => value?.keys?.length === 1 && value.keys[0] === '$eq'

/** An object that the client may control as a whole or under a key. */
const isSent = (value: SeenValue | undefined): boolean => value !== undefined && !value.built && value.keys?.includes('where') !== true && value.keys?.every((key) => value.field(key)?.sources.length === 0 || isCompared(value.field(key))) !== true && value.sources.some((kind, index) => (kind === 'request' || kind === 'message') && !isText.test(value.origins[index] ?? ''))
const isQuery: When = ({ args, path }) => isDocumentModel(path) && isSent(args[0])
// A model from another file may belong to an SQL database.
const isKnown: When = ({ path }) => /mongo|collection\(\)/i.test(path)

// A model that a package brings may belong to any database: @shop/data/models/order.
const isOfPackage: When = ({ path }) => path.startsWith('@')
/** A text under a computed key is no $where; an object that was sent brings its own. */
const isWhere: When = ({ args: [query] }) => {
  const value = query?.field('$where')
  return isBuiltOrSent(value) && (query?.isKey('$where') === true || isSent(value))
}

// First the method names that only MongoDB's driver and Mongoose have, then those that arrays have as well.
const queries = 'findOne findOneAndUpdate findOneAndDelete findOneAndReplace findOneAndRemove updateOne updateMany deleteOne deleteMany replaceOne countDocuments distinct aggregate mapReduce'

export const javascript: FlowSpec = {
  sinks: [
    { call: anyOf(queries), args: [0], when: (call) => isQuery(call) && isKnown(call), sure: true },
    { call: anyOf(queries), args: [0], when: (call) => isQuery(call) && !isKnown(call), sure: true, advice: true },
    // The find method of arrays takes a function, not a record.
    { call: anyOf('find count remove update'), args: [0], when: (call) => call.args[0]?.isRecord === true && isQuery(call), sure: true, advice: true },
    { call: ['**.collection().find', '**.models.*.find'], args: [0], when: (call) => isSent(call.args[0]) && !isOfPackage(call), sure: true },
    { call: ['**.models.*.find'], args: [0], when: (call) => isSent(call.args[0]) && isOfPackage(call), sure: true, advice: true },
    { call: anyOf('$where'), args: [0], when: ({ args }) => isBuiltOrSent(args[0]), message: 'its text runs as JavaScript in the database' },
    { call: anyOf('find findOne'), args: ['0.$where'], when: isWhere, message: '$where runs as JavaScript in the database' },
    { call: anyOf('scan query'), args: ['0.FilterExpression', '0.KeyConditionExpression'], when: ({ args }) => isBuiltOrSent(args[0]?.field('FilterExpression')) || isBuiltOrSent(args[0]?.field('KeyConditionExpression')) },
    { call: of('aws-sdk.DynamoDB.DocumentClient() aws-sdk.DynamoDB()', 'query scan get put update delete'), args: [0], when: ({ args }) => args[0]?.keys === undefined && isSent(args[0]), sure: true, message: 'it names the table and the condition' },
  ],
  sanitizers: ['String', 'Number', 'parseInt', 'express-mongo-sanitize.sanitize', 'mongo-sanitize', '**.toString', '**.trim', '**.toLowerCase', '**.toUpperCase', '**.substring', '**.slice', '**.replace', '**.sanitize', 'escape', 'encodeURIComponent', '**.split', '**.padStart', 'bcrypt.hashSync'],
  guards: ['typeof', ...anyOf('isString isMongoId isValidObjectId isValid isEmail isUUID')],
}
