import { KnowledgeServiceDefinition } from '@elder/contracts/sage'
import { QualityCheckServiceDefinition } from '@elder/contracts/quality'
import { ServiceError } from '@elder/errors'
import { answerWithinMs } from '../policies.ts'
import { recordShape } from '../rest/check-shapes.ts'
import type { RequestContext } from './request-context.ts'
import type { ServiceAvailability } from './service-availability.ts'
import { ProtocolError, rpcCodes } from './protocol.ts'
import { criterionText } from './tools/check-text.ts'
import { entryText, type KnowledgeToolParts } from './tools/knowledge.ts'
import { allRules, findingsText, ruleText, type QualityToolParts } from './tools/quality.ts'

export interface ResourceParts extends KnowledgeToolParts, QualityToolParts {
  readonly availability: ServiceAvailability
}

export interface Resources {
  list(context: RequestContext): Promise<object>
  templates(): object
  read(context: RequestContext): Promise<object>
}

interface Kind {
  readonly needs: string
  readonly template: { readonly uriTemplate: string; readonly name: string; readonly title: string; readonly description: string }
  read(id: string, context: RequestContext): Promise<string>
}

const mimeType = 'text/markdown'
const entriesOnPage = 50
const maxFindings = 200

/** Resources that clients can attach to a conversation: elder://policy/…, elder://findings/…, elder://knowledge/…, elder://rules/…; ids are URL-encoded. */
export function createResources(parts: ResourceParts): Resources {
  const kinds = createKinds(parts)

  async function list(context: RequestContext) {
    const { cursor = '' } = context.params
    if (typeof cursor !== 'string' || cursor.length > 1_000) throw new ProtocolError(rpcCodes.invalidParams, 'cursor: must be the nextCursor of the previous page')
    const ofRepository = cursor === '' ? repositoryResources(context.exchange.repository) : []
    if (!(await parts.availability.isServed(KnowledgeServiceDefinition.fullName))) return { resources: ofRepository }
    const page = await parts.knowledge.listKnowledge({ query: '', tag: '', cursor, pageSize: entriesOnPage }, context.call(answerWithinMs.lookup))
    const entries = page.knowledge.map(({ id, title, kind }) => ({ uri: uriOf('knowledge', id), name: title, title, description: `A ${kind || 'lesson'} of the team.`, mimeType }))
    return { resources: [...ofRepository, ...entries], ...(page.nextCursor !== '' && { nextCursor: page.nextCursor }) }
  }

  async function read(context: RequestContext) {
    const { uri } = context.params
    if (typeof uri !== 'string') throw new ProtocolError(rpcCodes.invalidParams, 'uri: must be text')
    const [, name = '', encoded = ''] = /^elder:\/\/([a-z]+)\/([^/?#]+)$/.exec(uri) ?? []
    const id = decoded(encoded)
    const kind = kinds.get(name)
    if (!kind || id === '' || !(await parts.availability.isServed(kind.needs))) throw unknown(`there is no resource ${uri.slice(0, 200)}`)
    return { contents: [{ uri, mimeType, text: await kind.read(id, context) }] }
  }

  return { list, read, templates: () => ({ resourceTemplates: [...kinds.values()].map(({ template: { uriTemplate, name, title, description } }) => ({ uriTemplate, name, title, description, mimeType })) }) }
}

const unknown = (message: string) => new ServiceError('not_found', message, { reason: 'RESOURCE_UNKNOWN' })
const uriOf = (kind: string, id: string) => `elder://${kind}/${encodeURIComponent(id)}`

// Listed only if the client names its repository.
function repositoryResources(repository: string): object[] {
  if (repository === '') return []
  return [
    { uri: uriOf('policy', repository), name: `Policy of ${repository}`, description: 'What the gate requires of the repository, and the result of its last check.', mimeType },
    { uri: uriOf('findings', repository), name: `Open findings of ${repository}`, description: 'Open findings of the gate, worst first.', mimeType },
  ]
}

function createKinds(parts: ResourceParts): ReadonlyMap<string, Kind> {
  const quality = QualityCheckServiceDefinition.fullName
  return new Map<string, Kind>([
    [
      'policy',
      {
        needs: quality,
        template: { uriTemplate: 'elder://policy/{repository}', name: 'policy', title: 'Policy of a repository', description: 'What the gate requires of a repository, and the result of its last check.' },
        read: (repository, context) => policyText(repository, context, parts),
      },
    ],
    [
      'findings',
      {
        needs: quality,
        template: { uriTemplate: 'elder://findings/{repository}', name: 'findings', title: 'Open findings of a repository', description: 'Open findings of the gate, worst first.' },
        read: (repository, context) => findingsText({ repository, state: 'open', limit: maxFindings }, context, parts),
      },
    ],
    [
      'rules',
      {
        needs: quality,
        template: { uriTemplate: 'elder://rules/{rule}', name: 'rule', title: 'A rule of the gate', description: 'Why the rule exists, how to fix its findings, and examples. The rule has the name that findings give it.' },
        async read(name, context) {
          const rule = (await allRules(context, parts)).find((one) => one.rule === name)
          if (!rule) throw unknown(`there is no rule ${name.slice(0, 200)}`)
          return ruleText(rule)
        },
      },
    ],
    [
      'knowledge',
      {
        needs: KnowledgeServiceDefinition.fullName,
        template: { uriTemplate: 'elder://knowledge/{id}', name: 'knowledge', title: 'A decision, convention or lesson', description: "An entry of the team's knowledge, by its id." },
        read: async (id, context) => entryText((await parts.knowledge.getKnowledge({ id, version: 0 }, context.call(answerWithinMs.lookup))).knowledge),
      },
    ],
  ])
}

/** The policy is a file of the repository, elder.yaml. Only its effect on the last check is known here. */
async function policyText(repository: string, context: RequestContext, { quality }: QualityToolParts): Promise<string> {
  const { checks } = await quality.listChecks({ repository, pageSize: 1, pageToken: '', wholeRepositoryOnly: false }, context.call(answerWithinMs.lookup))
  const report = checks[0] && recordShape(checks[0]).report
  if (!report) return `Nothing has been checked in ${repository} yet. Its policy is elder.yaml at its root; without one the default policy applies.`
  return [`# Gate of ${repository}`, `Last check: ${report.verdict}, judged as ${report.mode.replaceAll('_', ' ')}; policy ${report.policyHash}. The policy is elder.yaml at the repository's root.`, ...report.criteria.map((criterion) => `- ${criterionText(criterion)}`)].join('\n')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // Invalid percent-encoding, so not an id.
    return ''
  }
}
