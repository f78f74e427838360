import type { FlowSpec, SeenCall, SeenValue, Sink } from '../../../flow/flow-rule.ts'
import { isConstant, paths, under } from '../../python-calls.ts'

const placeholder = /^(?:<.*>|\$\{.*\}|\{\{.*\}\}|%\(.*|changeme|change[-_ ]?me|your[-_ ].*|secret[-_ ]key|xxx+|\*+|\.{3}|example|test|dummy|none|null)$/i
const isSecret = (value: SeenValue | undefined): boolean => isConstant(value, (constant) => typeof constant === 'string' && constant.length >= 4 && !placeholder.test(constant))
/** A random-looking value with letters and digits. */
const isDrawn = (value: SeenValue | undefined): boolean => isSecret(value) && isConstant(value, (constant) => typeof constant === 'string' && constant.length >= 8 && /[a-z]/i.test(constant) && /\d/.test(constant))
/** The password equals the user name, as in sample databases. */
const isName = ({ user, username, password, passwd, pwd }: SeenCall['keywords']): boolean => isConstant(password ?? passwd ?? pwd, (secret) => (user ?? username)?.constants?.includes(secret) === true)
/** A database on the same machine. */
const isHere = ({ host, server, hostname }: SeenCall['keywords']): boolean => isConstant(host ?? server ?? hostname, (name) => name === 'localhost' || name === '127.0.0.1' || name === '::1')
const address = (value: SeenValue | undefined): boolean => isConstant(value, (constant) => typeof constant === 'string' && /^[a-z][a-z0-9+]*:\/\/[^:@/\s]+:[^@/\s$<{%]{3,}@(?!localhost|127\.|\[?::1|db[:/]|postgres[:/]|redis[:/]|host\b|example)/i.test(constant))

const databases = 'psycopg2.connect psycopg.connect pymysql.connect MySQLdb.connect mysql.connector.connect pymssql.connect cx_Oracle.connect oracledb.connect snowflake.connector.connect asyncpg.connect asyncpg.create_pool aiomysql.connect pymongo.MongoClient redis.Redis redis.StrictRedis ldap3.Connection paramiko.SSHClient().connect ftplib.FTP pyodbc.connect clickhouse_driver.Client'

const placesOf = (is: (value: SeenValue | undefined) => boolean): readonly Sink[] => [
  { call: paths(databases), always: true, when: ({ keywords }) => is(keywords.password ?? keywords.passwd ?? keywords.pwd) && !isName(keywords) && !isHere(keywords) },
  { call: paths('jwt.encode jwt.decode jose.jwt.encode jose.jwt.decode'), always: true, when: ({ args, keywords }) => is(args[1] ?? keywords.key) },
  { call: under('smtplib.SMTP() smtplib.SMTP_SSL() imaplib.IMAP4_SSL() ftplib.FTP()', 'login'), always: true, when: ({ args, keywords }) => is(args[1] ?? keywords.password ?? keywords.passwd) },
  { call: paths('boto3.client boto3.resource boto3.Session boto3.session.Session'), always: true, when: ({ keywords }) => is(keywords.aws_secret_access_key) },
  { assign: paths('flask.Flask().secret_key flask.Flask().config.SECRET_KEY flask.Flask().config.JWT_SECRET_KEY'), always: true, when: ({ args }) => is(args[0]) },
]

export const python: FlowSpec = {
  sinks: [
    ...placesOf(isDrawn),
    ...placesOf(isSecret).map((place) => ({ ...place, advice: true as const })),
    { call: paths('sqlalchemy.create_engine sqlalchemy.ext.asyncio.create_async_engine pymongo.MongoClient redis.from_url redis.Redis.from_url pika.URLParameters'), always: true, when: ({ args }) => address(args[0]) },
    // Some protocols define public keys.
    { call: paths('hmac.new'), always: true, advice: true, when: ({ args, keywords }) => isSecret(args[0] ?? keywords.key) },
  ],
}
