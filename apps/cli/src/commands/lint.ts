import { toolCommand } from './tool.ts'

export const command = toolCommand('lint', 'Holds the sources against the rules of the repository.')
