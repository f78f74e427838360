import { settingChanged } from '@elder/contracts'
import type { Setting } from '@elder/contracts/auth-settings'
import { ServiceError } from '@elder/errors'
import { factOf, type Caller, type Recorder } from './acting.ts'
import type { Rows } from './directory.ts'
import { quote, readPage, type Page } from './input.ts'
import { readSettingName, readSettingValue } from './settings-catalogue.ts'

export interface SettingAct extends Recorder {
  find(name: string): Promise<Setting | undefined>
  add(setting: Setting): Promise<void>
}

export interface SettingStore {
  act<T>(work: (act: SettingAct) => Promise<T>): Promise<T>
  /** The current version; undefined when it was never set, or the version does not exist. */
  find(name: string, version?: bigint): Promise<Setting | undefined>
  names(): Promise<string[]>
  list(page: Page): Promise<Rows<Setting>>
  listVersions(name: string, page: Page): Promise<Rows<Setting>>
}

export type Settings = ReturnType<typeof createSettings>

/** The rules for live settings. */
export function createSettings(store: SettingStore, now: () => Date) {
  return {
    async get(request: { name: string; version: bigint }): Promise<Setting> {
      const name = readSettingName(request.name)
      const setting = await store.find(name, request.version === 0n ? undefined : request.version)
      if (setting) return setting
      if (request.version === 0n) throw new ServiceError('not_found', `setting ${quote(name)} was never set`, { reason: 'SETTING_UNSET', field: 'name' })
      throw new ServiceError('not_found', `setting ${quote(name)} has no version ${request.version}; see the list of its versions`, { reason: 'VERSION_UNKNOWN', field: 'version' })
    },

    list: (request: { pageSize: number; cursor: string }) => store.list(readPage(request)),

    listVersions: (request: { name: string; pageSize: number; cursor: string }) => store.listVersions(readSettingName(request.name), readPage(request)),

    put(caller: Caller, request: { name: string; valueJson: string; baseVersion: bigint }): Promise<Setting> {
      const name = readSettingName(request.name)
      const valueJson = readSettingValue(name, request.valueJson)
      return store.act(async (act) => {
        const current = await act.find(name)
        const version = current?.version ?? 0n
        if (request.baseVersion !== version) {
          throw new ServiceError('aborted', `setting ${quote(name)} is at version ${version}, and version ${request.baseVersion} was changed; read it again and repeat the change`, {
            reason: 'VERSION_CONFLICT',
            field: 'baseVersion',
          })
        }
        if (current?.valueJson === valueJson) return current
        const at = now()
        const setting: Setting = { name, version: version + 1n, valueJson, changedAt: at, changedBy: caller.principal.subject }
        await act.add(setting)
        const factId = `auth:setting.changed:${name}:${setting.version}`
        await act.record(factOf(caller, factId, 'setting.changed', name, at, { version: Number(setting.version) }))
        await act.announce(settingChanged, { name, version: setting.version, changedBy: setting.changedBy, changedAt: at }, factId)
        return setting
      })
    },
  }
}
