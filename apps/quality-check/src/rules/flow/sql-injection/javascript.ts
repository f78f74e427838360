import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { anyOf, of } from '../../javascript-paths.ts'
import { isForTrusted, isLimited } from '../../javascript-surroundings.ts'
import { beginsWith, built, isBuiltOrSent, path, type When } from '../../when.ts'
import { statement } from './statement.ts'

const drivers = /^(?:mysql|pg|pg-promise|postgres|mssql|sqlite3?|better-sqlite3|sqlite|oracledb|tedious|sequelize|typeorm|knex|mariadb|@prisma|@databases|slonik|snowflake-sdk|odbc|sql\.js|node:sqlite|@google-cloud)\b/

/** On the object of a driver, any text from outside; on an unknown object, only one that was concatenated. */
const isStatement: When = ({ args, path: callee }) => {
  const [text] = args
  if (text === undefined) return false
  if (text.built) return text.prefix === undefined || text.prefix === '' || statement.test(text.prefix) || drivers.test(callee)
  return drivers.test(callee) && isBuiltOrSent(text)
}
const reads: When = ({ args }) => beginsWith(args[0], statement)
const ofDriver: When = ({ args, path: callee }) => drivers.test(callee) && isBuiltOrSent(args[0])

/** In an address, such as `new URI(address).query(…)`, it is the part after the question mark. */
const ofAddress = /(?:^|[./])(?:\w*(?:ur[il]|URI|Ur[il]|URL)|urijs|uri-js)(?:\.new)?(?:\(\)|\.)/

const queries = 'query queryAsync queryRaw execute executeSql executeQuery queryArray queryObject rawQuery'

export const javascript: FlowSpec = {
  doubts: (text, start, origin) => isLimited(text, origin) || isForTrusted(text, start),
  sinks: [
    { call: anyOf(queries), args: ['0.sql', '0.text'], when: (call) => isStatement(call) && (reads(call) || drivers.test(call.path)) },
    { call: anyOf(queries), args: ['0.sql', '0.text'], when: (call) => isStatement(call) && !ofAddress.test(call.path), advice: true },
    { call: anyOf('query execute'), args: ['0.sql', '0.text'], when: ({ args }) => isBuiltOrSent(args[0]?.field('sql')) || isBuiltOrSent(args[0]?.field('text')) },
    { call: anyOf('run all get each exec prepare raw one many any none manyOrNone oneOrNone multi batch stream'), args: [0], when: (call) => reads(call) || ofDriver(call) },
    { call: anyOf('$queryRawUnsafe $executeRawUnsafe'), args: [0] },
    { call: anyOf('whereRaw orWhereRaw andWhereRaw havingRaw orderByRaw groupByRaw joinRaw fromRaw selectRaw onRaw'), args: [0], when: ({ args }) => isBuiltOrSent(args[0]) },
    { call: [...of('knex sequelize Sequelize db.sequelize models.sequelize knex()', 'raw literal'), 'sequelize.Sequelize.literal', 'sequelize.Sequelize().literal', 'sequelize().literal', 'sequelize.literal', '**.sequelize.literal', '**.Sequelize.literal', '**.knex.raw', '**.db.raw', 'knex.raw', 'typeorm.Raw', '**.sql.raw', 'sql.raw', '**.Prisma.raw', '@prisma/client.Prisma.raw'], args: [0], when: ({ args }) => isBuiltOrSent(args[0]) },
    { call: anyOf('where andWhere orWhere having orHaving orderBy addOrderBy groupBy leftJoin innerJoin'), args: [0], when: ({ args, path: callee }) => args[0]?.built === true && /createQueryBuilder\(\)/.test(callee) },
    { call: ['tedious.Request', 'mssql.Request().query', 'mssql.Request().batch', 'mssql.query', 'mssql.batch'], args: [0], when: ({ args }) => isBuiltOrSent(args[0]) },
    { call: anyOf('unsafe'), args: [0], when: (call) => built()(call) || path(call.receiver, /^postgres\(\)/) },
  ],
  sanitizers: ['mysql.escape', 'mysql.escapeId', 'mysql.format', 'sqlstring.escape', 'sqlstring.format', 'pg-format', 'pg.escapeLiteral', 'pg.escapeIdentifier', ...anyOf('escapeLiteral escapeIdentifier escapeId quoteIdentifier'), '**.connection.escape', '**.pool.escape', '**.db.escape', '**.conn.escape', '**.sequelize.escape', 'mysql.createConnection().escape', 'mysql.createPool().escape', 'escape'],
}
