import { Role } from '@elder/contracts/auth'
import { continueContext, type ContextParts } from './continue/context.ts'
import { developmentData } from './continue/development-data.ts'
import { generation, type GenerationParts } from './generation/generation.ts'
import { model, models } from './generation/models.ts'
import { mcp, type McpParts } from './mcp/mcp.ts'
import { createChallenge, protectedResource, type ProtectedResourceParts } from './mcp/protected-resource.ts'
import { openApi } from './openapi/handler.ts'
import { checks, type CheckParts } from './rest/checks.ts'
import { consultations } from './rest/consultations.ts'
import { platformHealth, type HealthParts } from './rest/health.ts'
import { keyHandlers, type KeyParts } from './rest/keys.ts'
import { knowledgeHandlers, type KnowledgeParts } from './rest/knowledge.ts'
import { peopleHandlers, type PeopleParts } from './rest/people.ts'
import { parkedHandlers, type ParkedParts } from './rest/parked.ts'
import { listProviders } from './rest/providers.ts'
import { qualityHandlers } from './rest/quality.ts'
import { repositoryHandlers, type RepositoryParts } from './rest/repositories.ts'
import { repositoryCheckHandlers, type QualityParts } from './rest/repository-checks.ts'
import { settingsHandlers, type SettingsParts } from './rest/settings.ts'
import { usageHandlers, type UsageParts } from './rest/usage.ts'
import type { Access, Route } from './router.ts'

export type RouteParts = GenerationParts & CheckParts & QualityParts & HealthParts & KeyParts & KnowledgeParts & RepositoryParts & PeopleParts & UsageParts & SettingsParts & ParkedParts & McpParts & ProtectedResourceParts & ContextParts

const everybody: Access = { roles: [Role.ROLE_LEAD, Role.ROLE_DEVELOPER, Role.ROLE_SERVICE] }
/** For model requests: requests, tokens and cost are reserved together after the body has been parsed. */
const generating: Access = { ...everybody, metered: true }
const people: Access = { roles: [Role.ROLE_LEAD, Role.ROLE_DEVELOPER] }
const leads: Access = { roles: [Role.ROLE_LEAD] }
// For administration, available also when a limit of requests is used up.
const governingPeople: Access = { ...people, governs: true }
const governingLeads: Access = { ...leads, governs: true }
const governingAdmins: Access = { roles: [], governs: true }

/** All routes of the edge and who may use them. Services check the permission for individual entries. */
export function routes(parts: RouteParts): Route[] {
  const knowledge = knowledgeHandlers(parts)
  const repositories = repositoryHandlers(parts)
  const repositoryChecks = repositoryCheckHandlers(parts)
  const quality = qualityHandlers(parts)
  const keys = keyHandlers(parts)
  const persons = peopleHandlers(parts)
  const usage = usageHandlers(parts)
  const settings = settingsHandlers(parts)
  const parked = parkedHandlers(parts)
  const table: Route[] = [
    { method: 'POST', path: '/v1/chat/completions', dialect: 'openai', access: generating, handle: generation('chat', parts) },
    { method: 'POST', path: '/v1/responses', dialect: 'responses', access: generating, handle: generation('responses', parts) },
    { method: 'POST', path: '/v1/completions', dialect: 'openai', access: generating, handle: generation('completions', parts) },
    { method: 'POST', path: '/v1/embeddings', dialect: 'openai', access: generating, handle: generation('embeddings', parts) },
    { method: 'POST', path: '/v1/messages', dialect: 'anthropic', access: generating, handle: generation('messages', parts) },
    { method: 'POST', path: '/v1/messages/count_tokens', dialect: 'anthropic', access: generating, handle: generation('count_tokens', parts) },
    { method: 'GET', path: '/v1/models', dialect: 'openai', access: everybody, handle: models(parts) },
    { method: 'GET', path: '/v1/models/*', dialect: 'openai', access: everybody, handle: model(parts) },

    { method: 'POST', path: '/v1/checks', dialect: 'problem', access: everybody, handle: checks(parts) },
    { method: 'GET', path: '/v1/checks', dialect: 'problem', access: everybody, handle: repositoryChecks.list },
    { method: 'POST', path: '/v1/checks/repository', dialect: 'problem', access: everybody, handle: repositoryChecks.create },
    { method: 'PUT', path: '/v1/checks/:id/files', dialect: 'problem', access: everybody, handle: repositoryChecks.addFiles },
    { method: 'POST', path: '/v1/checks/:id/start', dialect: 'problem', access: everybody, handle: repositoryChecks.start },
    { method: 'GET', path: '/v1/checks/:id', dialect: 'problem', access: everybody, handle: repositoryChecks.get },
    { method: 'DELETE', path: '/v1/checks/:id', dialect: 'problem', access: everybody, handle: repositoryChecks.cancel },
    { method: 'GET', path: '/v1/findings', dialect: 'problem', access: everybody, handle: quality.findings },
    { method: 'GET', path: '/v1/rules', dialect: 'problem', access: everybody, handle: quality.rules },
    { method: 'GET', path: '/v1/reports', dialect: 'problem', access: everybody, handle: quality.report },
    { method: 'POST', path: '/v1/baselines', dialect: 'problem', access: leads, handle: quality.setBaseline },
    { method: 'POST', path: '/v1/consultations', dialect: 'problem', access: everybody, handle: consultations(parts) },
    { method: 'POST', path: '/v1/searches', dialect: 'problem', access: everybody, handle: repositories.search },
    { method: 'POST', path: '/v1/repositories/:id/manifest', dialect: 'problem', access: people, handle: repositories.manifest },
    { method: 'PUT', path: '/v1/repositories/:id/files', dialect: 'problem', access: people, handle: repositories.files },

    { method: 'GET', path: '/v1/knowledge', dialect: 'problem', access: everybody, handle: knowledge.list },
    { method: 'POST', path: '/v1/knowledge', dialect: 'problem', access: people, handle: knowledge.create },
    { method: 'GET', path: '/v1/knowledge/:id', dialect: 'problem', access: everybody, handle: knowledge.get },
    { method: 'PUT', path: '/v1/knowledge/:id', dialect: 'problem', access: people, handle: knowledge.update },
    { method: 'DELETE', path: '/v1/knowledge/:id', dialect: 'problem', access: people, handle: knowledge.remove },

    { method: 'GET', path: '/v1/keys', dialect: 'problem', access: governingPeople, handle: keys.list },
    { method: 'POST', path: '/v1/keys', dialect: 'problem', access: governingPeople, handle: keys.create },
    { method: 'DELETE', path: '/v1/keys/:id', dialect: 'problem', access: governingPeople, handle: keys.revoke },
    { method: 'GET', path: '/v1/audit', dialect: 'problem', access: governingLeads, handle: keys.listAudit },
    { method: 'GET', path: '/v1/audit/verification', dialect: 'problem', access: governingLeads, handle: keys.verifyAudit },
    { method: 'GET', path: '/v1/teams', dialect: 'problem', access: governingLeads, handle: persons.listTeams },
    { method: 'POST', path: '/v1/teams', dialect: 'problem', access: governingAdmins, handle: persons.createTeam },
    { method: 'PUT', path: '/v1/teams/:id', dialect: 'problem', access: governingAdmins, handle: persons.renameTeam },
    { method: 'DELETE', path: '/v1/teams/:id', dialect: 'problem', access: governingAdmins, handle: persons.deleteTeam },
    { method: 'GET', path: '/v1/users', dialect: 'problem', access: governingLeads, handle: persons.listUsers },
    { method: 'PUT', path: '/v1/users/:id/team', dialect: 'problem', access: governingAdmins, handle: persons.setTeam },
    { method: 'GET', path: '/v1/usage-policies', dialect: 'problem', access: governingLeads, handle: usage.listPolicies },
    { method: 'GET', path: '/v1/usage-policies/:scope/:subject', dialect: 'problem', access: governingPeople, handle: usage.getPolicy },
    { method: 'PUT', path: '/v1/usage-policies/:scope/:subject', dialect: 'problem', access: governingLeads, handle: usage.setPolicy },
    { method: 'GET', path: '/v1/usage', dialect: 'problem', access: governingPeople, handle: usage.list },
    { method: 'GET', path: '/v1/providers', dialect: 'problem', access: governingAdmins, handle: listProviders(parts) },
    { method: 'GET', path: '/v1/settings', dialect: 'problem', access: governingAdmins, handle: settings.list },
    { method: 'GET', path: '/v1/settings/:name', dialect: 'problem', access: governingAdmins, handle: settings.get },
    { method: 'PUT', path: '/v1/settings/:name', dialect: 'problem', access: governingAdmins, handle: settings.put },
    { method: 'GET', path: '/v1/settings/:name/versions', dialect: 'problem', access: governingAdmins, handle: settings.versions },
    { method: 'POST', path: '/v1/settings/:name/restore', dialect: 'problem', access: governingAdmins, handle: settings.restore },
    { method: 'GET', path: '/v1/parked', dialect: 'problem', access: governingAdmins, handle: parked.list },
    { method: 'GET', path: '/v1/parked/:id', dialect: 'problem', access: governingAdmins, handle: parked.get },
    { method: 'POST', path: '/v1/parked/:id/replay', dialect: 'problem', access: governingAdmins, handle: parked.replay },
    { method: 'DELETE', path: '/v1/parked/:id', dialect: 'problem', access: governingAdmins, handle: parked.drop },
    { method: 'GET', path: '/v1/health', dialect: 'problem', access: { ...everybody, anonymous: true, governs: true }, handle: platformHealth(parts) },
    { method: 'GET', path: '/v1/openapi.json', dialect: 'problem', access: { ...everybody, anonymous: true, governs: true }, handle: openApi(() => table, parts.version) },

    { method: 'POST', path: '/continue/context', dialect: 'continue', access: { ...everybody, sameOrigin: true }, handle: continueContext(parts) },
    { method: 'POST', path: '/continue/data', dialect: 'problem', access: { ...everybody, sameOrigin: true }, handle: developmentData(parts) },
    { method: 'POST', path: '/mcp', dialect: 'jsonrpc', access: { ...everybody, sameOrigin: true, challenge: createChallenge(parts) }, handle: mcp(parts) },
    ...['', '/mcp'].map((of): Route => ({ method: 'GET', path: `/.well-known/oauth-protected-resource${of}`, dialect: 'problem', access: { ...everybody, anonymous: true, governs: true, anyKey: true, sameOrigin: true }, handle: protectedResource(parts) })),
  ]
  return table
}
