import * as z from 'zod'
import type { Setting, SettingsServiceDefinition } from '@elder/contracts/auth-settings'
import type { RpcClient } from '@elder/rpc'
import { parseBody, parseQuery, readBody } from '../body.ts'
import type { Exchange } from '../exchange.ts'
import { answerWithinMs } from '../policies.ts'
import { pageQuery, wholeNumber } from './page.ts'
import { unlessEmpty } from './shapes.ts'

const versionNumber = z.int('must be the number of a version').min(1, 'must be the number of a version, from 1')
const baseVersion = z.int('must be the version you changed, 0 when it was never set').min(0, 'must be the version you changed, 0 when it was never set')

export const settingsQuery = z.strictObject(pageQuery)
export const settingQuery = z.strictObject({ version: wholeNumber(1, 999_999_999).optional() })
export const newSetting = z.strictObject({ value: z.unknown().refine((value) => value !== undefined, 'must be given, as JSON'), baseVersion })
/** Without baseVersion it replaces whatever is set. */
export const restoredSetting = z.strictObject({ version: versionNumber, baseVersion: baseVersion.optional() })

export const settingShape = ({ name, version, valueJson, changedAt, changedBy }: Setting) => ({
  name,
  version: Number(version),
  value: JSON.parse(valueJson) as unknown,
  ...(changedAt && { changedAt }),
  ...unlessEmpty('changedBy', changedBy),
})

export interface SettingsParts {
  readonly bodyLimitBytes: number
  readonly platformSettings: RpcClient<SettingsServiceDefinition>
  /** By name, for settings that refer to files on this machine: throws invalid_argument for a value that could not be used here. */
  readonly requireUsable: Readonly<Record<string, (valueJson: string) => void>>
}

/** /v1/settings[/{name}[/versions|/restore]] */
export function settingsHandlers({ bodyLimitBytes, platformSettings, requireUsable }: SettingsParts) {
  const call = (exchange: Exchange) => exchange.call(answerWithinMs.lookup)
  const nameOf = (exchange: Exchange) => exchange.params.name ?? ''
  const answer = (exchange: Exchange, setting: Setting | undefined) => exchange.answerJson(200, setting ? settingShape(setting) : {})
  const current = async (exchange: Exchange) => (await platformSettings.getSetting({ name: nameOf(exchange), version: 0n }, call(exchange))).setting
  async function put(exchange: Exchange, valueJson: string, baseVersion: bigint): Promise<void> {
    const name = nameOf(exchange)
    // Null unsets a setting.
    if (valueJson !== 'null' && Object.hasOwn(requireUsable, name)) requireUsable[name]?.(valueJson)
    await exchange.accept()
    const { setting } = await platformSettings.putSetting({ name, valueJson, baseVersion }, call(exchange))
    await answer(exchange, setting)
  }
  return {
    list: async (exchange: Exchange): Promise<void> => {
      const { cursor, limit } = parseQuery(settingsQuery, exchange.query)
      const page = await platformSettings.listSettings({ cursor, pageSize: limit }, call(exchange))
      await exchange.answerJson(200, { items: page.settings.map(settingShape), nextCursor: page.nextCursor || null })
    },
    get: async (exchange: Exchange): Promise<void> => {
      const { version } = parseQuery(settingQuery, exchange.query)
      const { setting } = await platformSettings.getSetting({ name: nameOf(exchange), version: BigInt(version ?? 0) }, call(exchange))
      await answer(exchange, setting)
    },
    put: async (exchange: Exchange): Promise<void> => {
      const body = parseBody(newSetting, await readBody(exchange, bodyLimitBytes))
      await put(exchange, JSON.stringify(body.value), BigInt(body.baseVersion))
    },
    versions: async (exchange: Exchange): Promise<void> => {
      const { cursor, limit } = parseQuery(settingsQuery, exchange.query)
      const page = await platformSettings.listSettingVersions({ name: nameOf(exchange), cursor, pageSize: limit }, call(exchange))
      await exchange.answerJson(200, { items: page.settings.map(settingShape), nextCursor: page.nextCursor || null })
    },
    restore: async (exchange: Exchange): Promise<void> => {
      const body = parseBody(restoredSetting, await readBody(exchange, bodyLimitBytes))
      const { setting: earlier } = await platformSettings.getSetting({ name: nameOf(exchange), version: BigInt(body.version) }, call(exchange))
      const base = body.baseVersion === undefined ? (await current(exchange))?.version : BigInt(body.baseVersion)
      await put(exchange, earlier?.valueJson ?? '', base ?? 0n)
    },
  }
}
