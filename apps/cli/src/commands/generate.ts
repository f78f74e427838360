import { toolCommand } from './tool.ts'

export const command = toolCommand('generate service NAME', 'Writes a new service that passes every check.')
