import type { FlowSpec } from '../../../flow/flow-rule.ts'
import type { SeenValue } from '../../../flow/flow-rule.ts'
import { isFalse, isTrue } from '../../when.ts'

const opens = (preferences: SeenValue | undefined): boolean =>
  ['nodeIntegration', 'nodeIntegrationInWorker', 'nodeIntegrationInSubFrames', 'allowRunningInsecureContent', 'experimentalFeatures', 'enableRemoteModule'].some((name) => isTrue(preferences?.field(name))) || ['contextIsolation', 'webSecurity', 'sandbox'].some((name) => isFalse(preferences?.field(name)))

export const javascript: FlowSpec = {
  sinks: [
    { call: ['electron.BrowserWindow', 'BrowserWindow', 'electron.BrowserView', 'electron.WebContentsView', 'electron.remote.BrowserWindow'], always: true, when: ({ args }) => opens(args[0]?.field('webPreferences')) || opens(args[0]), advice: true },
    { call: ['electron.shell.openExternal'], args: [0] },
  ],
}
