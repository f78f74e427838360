import type { FlowSpec, SeenValue } from '../../../flow/flow-rule.ts'
import { isSent, methods, paths, under, type When } from '../../python-calls.ts'
import { isForTrusted, isLimited } from '../../python-surroundings.ts'
import { statement } from './statement.ts'

const database = /(?:cursor|conn|connect|connection|engine|session|sqlite|psycopg|mysql|\bdb|database|\?)/i
// Statements of a query builder, which binds its values.
const bound = /(?:select|insert|update|delete|values|where|filter|filter_by|table|query|join|order_by|on_conflict_do_update|returning)\(\)/i

/** Concatenated text. */
const isBuilt: When = ({ args: [text] }) => text?.built === true && !isBound(text) && (text.prefix === undefined || text.prefix === '' || statement.test(text.prefix))
/** A whole statement from outside, passed to something that looks like a database. */
const isWhole: When = ({ args: [text], path }) => text?.built === false && !isBound(text) && isSent(text) && database.test(path)
const isBound = ({ path }: SeenValue): boolean => path !== undefined && bound.test(path)
const reads: When = ({ args }) => args[0]?.built === true && args[0].prefix !== undefined && statement.test(args[0].prefix)
const isText: When = ({ args }) => args[0] !== undefined && (args[0].built || isSent(args[0]))

const executes = methods('execute executemany executescript exec_driver_sql execute_sql execute_async')
// Reported where the text is made, not again where it is run.
const statementTexts = paths('sqlalchemy.text sqlalchemy.sql.text sqlalchemy.sql.expression.text flask_sqlalchemy.SQLAlchemy().text **.db.text')

export const python: FlowSpec = {
  doubts: (text, start, origin) => isLimited(text, start, origin) || isForTrusted(text, start),
  sinks: [
    { call: executes, args: [0, 'sql', 'operation', 'query', 'statement'], when: isBuilt },
    // Database consoles exist to run the statements they receive.
    { call: executes, args: [0, 'sql', 'operation', 'query', 'statement'], when: isWhole, advice: true },
    { call: methods('fetch fetchrow fetchval fetch_all fetch_one fetch_val query sql read_sql cursor_execute run_sql iterate raw prepare copy'), args: [0], when: reads },
    { call: [...statementTexts, ...paths('sqlalchemy.literal_column sqlalchemy.sql.literal_column')], args: [0, 'text'], when: isText },
    { call: paths('django.db.models.expressions.RawSQL django.db.models.RawSQL peewee.SQL **.objects.raw psycopg2.sql.SQL psycopg.sql.SQL'), args: [0, 'sql', 'raw_query'], when: isText },
    { call: methods('extra'), args: ['select', 'where', 'tables', 'order_by'], when: ({ keywords }) => Object.values(keywords).some(isSent) },
    { call: under('pandas', 'read_sql read_sql_query read_sql_table'), args: [0, 'sql'], when: isText },
  ],
  sanitizers: [
    ...statementTexts,
    ...paths('psycopg2.sql.Identifier psycopg2.sql.Literal psycopg2.sql.Placeholder psycopg.sql.Identifier psycopg.sql.Literal psycopg2.sql.SQL psycopg.sql.SQL pymysql.converters.escape_string pymysql.escape_string MySQLdb.escape_string psycopg2.extensions.quote_ident psycopg2.extensions.adapt'),
    ...methods('bindparams mogrify escape_string literal quote_ident quote_name quote_identifier'),
  ],
}
