import { toolCommand } from './tool.ts'

export const command = toolCommand('lint [FLAG...]', 'Holds the sources against the rules of the repository. Flags go to oxlint, such as --fix.')
