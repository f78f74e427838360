import { Role } from '@elder/contracts/auth'
import {
  ConsultationServiceDefinition,
  CreateKnowledgeResponse,
  DeleteKnowledgeResponse,
  GetKnowledgeResponse,
  KnowledgeServiceDefinition,
  ListKnowledgeResponse,
  RepositoryServiceDefinition,
  SearchResponse,
  UpdateKnowledgeResponse,
} from '@elder/contracts/sage'
import type { Database } from '@elder/postgres'
import { implement, requireRole, type Call, type Implementation } from '@elder/rpc'
import type { Consult } from './consultation.ts'
import { withinDeadline } from './deadline.ts'
import type { KnowledgeBase } from './knowledge.ts'
import type { Repositories } from './repositories.ts'
import { search } from './sages.ts'
import type { Words } from './words.ts'

export interface Domain {
  readonly database: Database
  readonly words: Words
  readonly knowledge: KnowledgeBase
  readonly repositories: Repositories
  readonly consult: Consult
}

export function implementations({ database, words, knowledge, repositories, consult }: Domain): Implementation[] {
  return [
    implement(KnowledgeServiceDefinition, {
      async createKnowledge(request, call) {
        requireWriter(call)
        return CreateKnowledgeResponse.fromPartial({ knowledge: await knowledge.create(request, call.principal.subject) })
      },
      async updateKnowledge(request, call) {
        requireWriter(call)
        return UpdateKnowledgeResponse.fromPartial({ knowledge: await knowledge.update(request, call.principal.subject) })
      },
      getKnowledge: async ({ id, version }) => GetKnowledgeResponse.fromPartial({ knowledge: await knowledge.get(id, version) }),
      listKnowledge: async (request) => ListKnowledgeResponse.fromPartial(await knowledge.list(request)),
      async deleteKnowledge({ id }, call) {
        requireWriter(call)
        await knowledge.remove(id, call.principal.subject)
        return DeleteKnowledgeResponse.fromPartial({})
      },
    }),
    implement(RepositoryServiceDefinition, {
      async postManifest(request, call) {
        requireWriter(call)
        return repositories.postManifest(request)
      },
      async putFiles(request, call) {
        requireWriter(call)
        return repositories.putFiles(request)
      },
      search: async (request, call) => SearchResponse.fromPartial({ hits: await withinDeadline(database, call.deadline.getTime(), (tx) => search(tx, words, request)) }),
    }),
    implement(ConsultationServiceDefinition, { consult }),
  ]
}

// Services only read; members of the team write.
function requireWriter(call: Call): void {
  requireRole(call, Role.ROLE_LEAD, Role.ROLE_DEVELOPER)
}
