import { toolCommand } from './tool.ts'

export const command = toolCommand('generate', 'Writes a new service that passes every check: elder generate service NAME')
