import { aider } from './tools/aider.ts'
import { claudeCode } from './tools/claude-code.ts'
import { cline } from './tools/cline.ts'
import { codex } from './tools/codex.ts'
import { continueTool } from './tools/continue.ts'
import { opencode } from './tools/opencode.ts'
import type { Tool } from './setup.ts'

/** The tools that can be connected, by their name on the command line. */
export const tools: readonly Tool[] = [continueTool, aider, claudeCode, codex, cline, opencode]
