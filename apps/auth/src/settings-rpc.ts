import { Role } from '@elder/contracts/auth'
import { SettingsServiceDefinition } from '@elder/contracts/auth-settings'
import { implement, requireRole, type Implementation } from '@elder/rpc'
import { cursorOf } from './input.ts'
import type { Settings } from './settings.ts'

/** Services read settings and admins change them; nobody else has access. */
export function settingsImplementation(settings: Settings): Implementation {
  return implement(SettingsServiceDefinition, {
    async getSetting(request, call) {
      requireRole(call, Role.ROLE_SERVICE)
      return { setting: await settings.get(request) }
    },
    async putSetting(request, call) {
      requireRole(call, Role.ROLE_ADMIN)
      return { setting: await settings.put(call, request) }
    },
    async listSettings(request, call) {
      requireRole(call, Role.ROLE_SERVICE)
      const { items, next } = await settings.list(request)
      return { settings: items, nextCursor: cursorOf(next) }
    },
    async listSettingVersions(request, call) {
      requireRole(call, Role.ROLE_SERVICE)
      const { items, next } = await settings.listVersions(request)
      return { settings: items, nextCursor: cursorOf(next) }
    },
  })
}
