import { isProse } from '../../../secrets/candidates.ts'
import { isInComment } from '../../../secrets/comments.ts'
import { isMixedByMachine, isPlaceholder, isRandom, likenessOf } from '../../../secrets/value.ts'
import type { TextPlace } from '../../rule.ts'

export interface Address {
  readonly start: number
  readonly end: number
  readonly name: string
  /** The password looks generated, and the host is not the local one. */
  readonly isSure: boolean
}

const names: Readonly<Record<string, string>> = {
  postgres: 'PostgreSQL address', postgresql: 'PostgreSQL address', mysql: 'MySQL address', mariadb: 'MariaDB address', mongodb: 'MongoDB address', 'mongodb+srv': 'MongoDB address',
  redis: 'Redis address', rediss: 'Redis address', amqp: 'RabbitMQ address', amqps: 'RabbitMQ address', mssql: 'SQL Server address', sqlserver: 'SQL Server address', oracle: 'Oracle address',
  clickhouse: 'ClickHouse address', cockroachdb: 'CockroachDB address', neo4j: 'Neo4j address', bolt: 'Neo4j address', ldap: 'LDAP address', ldaps: 'LDAP address', smtp: 'SMTP address', smtps: 'SMTP address',
  ftp: 'FTP address', ftps: 'FTP address', sftp: 'SFTP address', nats: 'NATS address', mqtt: 'MQTT address', http: 'web address', https: 'web address', ssh: 'SSH address',
}
const userInfo = /([^\s:@/'"`<>()[\]]{0,80}):([^\s@/'"`<>]{1,200})@([A-Za-z0-9[{$][\w.:{}$[\]-]{0,200})/y
const scheme = /(?<![A-Za-z0-9+.-])[a-z][a-z0-9+.-]{1,30}$/i
// A host name other than localhost.
const faraway = /^[a-z][\w-]*\.[\w.-]*[a-z]/i
const near = /^(?:localhost|127\.|0\.0\.0\.0|\[::1|\$|\{)/
const nowhere = /^(?:example|host|hostname|domain|your|some|foo)(?:\.|:|$)|(?:^|\.)example(?:\.|:|$)|\.(?:test|invalid)(?::|$)/i

/** Finds URLs whose user part contains a usable password. */
export function findConnectionStrings(text: string, place: TextPlace): Address[] {
  const found: Address[] = []
  for (let at = text.indexOf('://'); at !== -1; at = text.indexOf('://', at + 3)) {
    userInfo.lastIndex = at + 3
    const [whole, user = '', password = '', host = ''] = userInfo.exec(text) ?? []
    if (whole === undefined) continue
    const protocol = scheme.exec(text.slice(Math.max(0, at - 40), at))?.[0]
    if (protocol === undefined || !isUsable(user, password, host, isProse(place) || isInComment(text, at))) continue
    const family = protocol.toLowerCase().replace(/\+(?:psycopg\d?|asyncpg|pymysql|aiomysql|mysqldb|pyodbc|asyncio|unix)$/, '')
    found.push({ start: at - protocol.length, end: at + 3 + whole.length, name: names[family] ?? 'address', isSure: isSure(password, host) })
  }
  return [...found, ...goAddresses(text)]
}

const goUserInfo = /(?<![\w@:/.-])([\w.-]{1,40}):([^\s@:/'"`]{4,80})$/

/** "user:password@tcp(host:3306)/shop", the format of Go's MySQL driver. */
function goAddresses(text: string): Address[] {
  const found: Address[] = []
  for (let at = text.indexOf('@tcp('); at !== -1; at = text.indexOf('@tcp(', at + 5)) {
    const [whole, user = '', password = ''] = goUserInfo.exec(text.slice(Math.max(0, at - 130), at)) ?? []
    if (whole !== undefined && isUsable(user, password, text.slice(at + 5, at + 60), false)) found.push({ start: at - whole.length, end: at, name: 'MySQL address', isSure: isSure(password, text.slice(at + 5, at + 60)) })
  }
  return found
}

const isSure = (password: string, host: string): boolean => (isRandom(decode(password)) || isMixedByMachine(decode(password))) && faraway.test(host)

function isUsable(user: string, password: string, host: string, strict: boolean): boolean {
  const plain = decode(password)
  if (/^scott$/i.test(user) && /^tiger/i.test(plain)) return false
  if (plain.toLowerCase() === decode(user).toLowerCase() || isPlaceholder(plain) || nowhere.test(host)) return false
  return strict ? isRandom(plain) : likenessOf(plain) !== 'none' || (isMixed(plain) && !near.test(host))
}

// A password with a digit or a sign, on a remote host.
const isMixed = (text: string): boolean => text.length >= 5 && /[A-Za-z]/.test(text) && /[\d!#$%^&*]/.test(text) && !/[{}$]/.test(text.slice(0, 2))

function decode(text: string): string {
  return text.replace(/%[\da-f]{2}/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)))
}
