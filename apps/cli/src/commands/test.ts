import { toolCommand } from './tool.ts'

export const command = toolCommand('test [PATH...]', 'Installs what it needs, then runs lint, types and all tests; with paths, only the tests in them.')
