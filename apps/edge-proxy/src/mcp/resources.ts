import { KnowledgeServiceDefinition } from '@elder/contracts/sage'
import { QualityCheckServiceDefinition } from '@elder/contracts/quality'
import { ServiceError } from '@elder/errors'
import { answerWithinMs } from '../policies.ts'
import { recordShape } from '../rest/check-shapes.ts'
import type { Asked } from './asked.ts'
import type { Offers } from './offers.ts'
import { ProtocolError, rpcCodes } from './protocol.ts'
import { criterionText } from './tools/check-text.ts'
import { entryText, type KnowledgeToolParts } from './tools/knowledge.ts'
import { allRules, findingsText, ruleText, type QualityToolParts } from './tools/quality.ts'

export interface ResourceParts extends KnowledgeToolParts, QualityToolParts {
  readonly offers: Offers
}

export interface Resources {
  list(asked: Asked): Promise<object>
  templates(): object
  read(asked: Asked): Promise<object>
}

interface Kind {
  readonly needs: string
  readonly template: { readonly uriTemplate: string; readonly name: string; readonly title: string; readonly description: string }
  read(id: string, asked: Asked): Promise<string>
}

const mimeType = 'text/markdown'
const entriesOnPage = 50
const maxFindings = 200

/** What clients can attach to a conversation: elder://policy/…, elder://findings/…, elder://knowledge/…, elder://rules/…; ids are URL-encoded. */
export function createResources(parts: ResourceParts): Resources {
  const kinds = createKinds(parts)

  async function list(asked: Asked) {
    const { cursor = '' } = asked.params
    if (typeof cursor !== 'string' || cursor.length > 1_000) throw new ProtocolError(rpcCodes.invalidParams, 'cursor: must be the nextCursor of the page before')
    const ofRepository = cursor === '' ? resourcesOf(asked.exchange.repository) : []
    if (!(await parts.offers.isServed(KnowledgeServiceDefinition.fullName))) return { resources: ofRepository }
    const page = await parts.knowledge.listKnowledge({ query: '', tag: '', cursor, pageSize: entriesOnPage }, asked.call(answerWithinMs.lookup))
    const entries = page.knowledge.map(({ id, title, kind }) => ({ uri: uriOf('knowledge', id), name: title, title, description: `A ${kind || 'lesson'} of the team.`, mimeType }))
    return { resources: [...ofRepository, ...entries], ...(page.nextCursor !== '' && { nextCursor: page.nextCursor }) }
  }

  async function read(asked: Asked) {
    const { uri } = asked.params
    if (typeof uri !== 'string') throw new ProtocolError(rpcCodes.invalidParams, 'uri: must be text')
    const [, name = '', encoded = ''] = /^elder:\/\/([a-z]+)\/([^/?#]+)$/.exec(uri) ?? []
    const id = decoded(encoded)
    const kind = kinds.get(name)
    if (!kind || id === '' || !(await parts.offers.isServed(kind.needs))) throw unknown(`there is no resource ${uri.slice(0, 200)}`)
    return { contents: [{ uri, mimeType, text: await kind.read(id, asked) }] }
  }

  return { list, read, templates: () => ({ resourceTemplates: [...kinds.values()].map(({ template: { uriTemplate, name, title, description } }) => ({ uriTemplate, name, title, description, mimeType })) }) }
}

const unknown = (message: string) => new ServiceError('not_found', message, { reason: 'RESOURCE_UNKNOWN' })
const uriOf = (kind: string, id: string) => `elder://${kind}/${encodeURIComponent(id)}`

// The client says what it works on; without that there is no repository to show things of.
function resourcesOf(repository: string): object[] {
  if (repository === '') return []
  return [
    { uri: uriOf('policy', repository), name: `Policy of ${repository}`, description: 'What the gate demands of the repository, and how it stood at its last check.', mimeType },
    { uri: uriOf('findings', repository), name: `Open findings of ${repository}`, description: 'What the gate has found and nobody has mended yet, the worst first.', mimeType },
  ]
}

function createKinds(parts: ResourceParts): ReadonlyMap<string, Kind> {
  const quality = QualityCheckServiceDefinition.fullName
  return new Map<string, Kind>([
    [
      'policy',
      {
        needs: quality,
        template: { uriTemplate: 'elder://policy/{repository}', name: 'policy', title: 'Policy of a repository', description: 'What the gate demands of a repository, and how it stood at its last check.' },
        read: (repository, asked) => policyText(repository, asked, parts),
      },
    ],
    [
      'findings',
      {
        needs: quality,
        template: { uriTemplate: 'elder://findings/{repository}', name: 'findings', title: 'Open findings of a repository', description: 'What the gate has found and nobody has mended yet, the worst first.' },
        read: (repository, asked) => findingsText({ repository, state: 'open', limit: maxFindings }, asked, parts),
      },
    ],
    [
      'rules',
      {
        needs: quality,
        template: { uriTemplate: 'elder://rules/{rule}', name: 'rule', title: 'A rule of the gate', description: 'Why it is one, how to mend what it finds, and examples. The rule is named as findings name it.' },
        async read(name, asked) {
          const rule = (await allRules(asked, parts)).find((one) => one.rule === name)
          if (!rule) throw unknown(`there is no rule ${name.slice(0, 200)}`)
          return ruleText(rule)
        },
      },
    ],
    [
      'knowledge',
      {
        needs: KnowledgeServiceDefinition.fullName,
        template: { uriTemplate: 'elder://knowledge/{id}', name: 'knowledge', title: 'A decision, convention or lesson', description: 'An entry of what the team knows, by its id.' },
        read: async (id, asked) => entryText((await parts.knowledge.getKnowledge({ id, version: 0 }, asked.call(answerWithinMs.lookup))).knowledge),
      },
    ],
  ])
}

/** The policy lives in the repository as elder.yaml: what is known here is by what its last check was judged. */
async function policyText(repository: string, asked: Asked, { quality }: QualityToolParts): Promise<string> {
  const { checks } = await quality.listChecks({ repository, pageSize: 1, pageToken: '', wholeRepositoryOnly: false }, asked.call(answerWithinMs.lookup))
  const report = checks[0] && recordShape(checks[0]).report
  if (!report) return `Nothing has been checked in ${repository} yet. Its policy is elder.yaml at its root; without one the default policy holds.`
  return [`# Gate of ${repository}`, `Last check: ${report.verdict}, judged as ${report.mode.replaceAll('_', ' ')}; policy ${report.policyHash}. The policy is elder.yaml at the repository's root.`, ...report.criteria.map((criterion) => `- ${criterionText(criterion)}`)].join('\n')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // Not the encoding of anything, so no id.
    return ''
  }
}
