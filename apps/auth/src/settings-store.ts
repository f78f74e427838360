import type { Setting } from '@elder/contracts/auth-settings'
import type { Database, Queryable } from '@elder/postgres'
import type { Acts } from './acts.ts'
import { rowsOf } from './rows.ts'
import type { SettingStore } from './settings.ts'

interface SettingRow {
  name: string
  version: string
  value: string
  changed_at: Date
  changed_by: string
}

const columns = 'v.name, v.version, v.value, v.changed_at, v.changed_by'
const current = `${columns}, s.position from settings s join setting_versions v on v.name = s.name and v.version = s.version`

/** Settings and all their versions in Postgres. */
export function createSettingStore(database: Database, acts: Acts): SettingStore {
  return {
    act: (work) => acts((tx, recorder) => work({ ...recorder, find: (name) => find(tx, name), add: (setting) => add(tx, setting) })),

    find: (name, version) => (version === undefined ? find(database, name) : findVersion(database, name, version)),

    async names() {
      const rows = await database.query<{ name: string }>('select name from settings order by name')
      return rows.map(({ name }) => name)
    },

    async list(page) {
      const rows = await database.query<SettingRow & { position: string }>(`select ${current} where ($1::bigint is null or s.position < $1) order by s.position desc limit $2`, [page.before, page.size + 1])
      return rowsOf(rows, page, toSetting, (row) => row.position)
    },

    async listVersions(name, page) {
      const rows = await database.query<SettingRow>(
        `select ${columns} from setting_versions v where v.name = $1 and ($2::bigint is null or v.version < $2) order by v.version desc limit $3`,
        [name, page.before, page.size + 1],
      )
      return rowsOf(rows, page, toSetting, (row) => row.version)
    },
  }
}

async function find(tx: Queryable, name: string): Promise<Setting | undefined> {
  const [row] = await tx.query<SettingRow>(`select ${current} where s.name = $1`, [name])
  return row && toSetting(row)
}

async function findVersion(tx: Queryable, name: string, version: bigint): Promise<Setting | undefined> {
  const [row] = await tx.query<SettingRow>(`select ${columns} from setting_versions v where v.name = $1 and v.version = $2`, [name, version])
  return row && toSetting(row)
}

async function add(tx: Queryable, { name, version, valueJson, changedAt, changedBy }: Setting): Promise<void> {
  await tx.query('insert into setting_versions (name, version, value, changed_at, changed_by) values ($1, $2, $3, $4, $5)', [name, version, valueJson, changedAt, changedBy])
  await tx.query('insert into settings (name, version) values ($1, $2) on conflict (name) do update set version = excluded.version', [name, version])
}

function toSetting({ name, version, value, changed_at, changed_by }: SettingRow): Setting {
  return { name, version: BigInt(version), valueJson: value, changedAt: changed_at, changedBy: changed_by }
}
