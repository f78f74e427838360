import { checkTools, type CheckToolParts } from './check.ts'
import { consultTool, type ConsultToolParts } from './consult.ts'
import { knowledgeTools, type KnowledgeToolParts } from './knowledge.ts'
import { qualityTools, type QualityToolParts } from './quality.ts'
import { searchTool, type SearchToolParts } from './search.ts'
import type { Tool } from './tool.ts'

export type ToolParts = CheckToolParts & ConsultToolParts & KnowledgeToolParts & QualityToolParts & SearchToolParts

/** All tools, in the order in which clients list them. */
export function createTools(parts: ToolParts): readonly Tool[] {
  return [...checkTools(parts), consultTool(parts), searchTool(parts), ...knowledgeTools(parts), ...qualityTools(parts)]
}
