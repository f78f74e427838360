import { peopleQuery, teamName, teamOfUser, teamsQuery } from '../../rest/people.ts'
import { parkedQuery } from '../../rest/parked.ts'
import { newSetting, restoredSetting, settingQuery, settingsQuery } from '../../rest/settings.ts'
import { policyBody } from '../../rest/usage-shapes.ts'
import { policiesQuery, usageQuery } from '../../rest/usage.ts'
import { deletedTeam, pageOf, parkedMessage, policy, provider, setting, team, usageOfDay, user } from '../answers.ts'
import type { Operation } from '../operation.ts'

const core = { id: '0199c0de-7c2a-7000-8000-000000000010', name: 'core', createdAt: '2026-01-31T12:00:00Z' }
const ada = { id: '0199c0de-7c2a-7000-8000-000000000003', name: 'ada', role: 'developer', createdAt: '2026-01-31T12:00:00Z', teamId: core.id }
const terms = { limits: [{ meter: 'cost', window: 'month', amount: 25.5 }], allowedModels: ['acme-*'], maxOutputTokens: 8_192, secrets: 'mask', deniedPrompts: [], deniedAnswers: [], answerCache: null }
const ofAda = { scope: 'user', subject: ada.id, version: 3, ...terms, changedAt: '2026-01-31T12:00:00Z', changedBy: ada.id }
const providers = { name: 'providers', version: 2, value: [{ name: 'acme', baseUrl: 'https://api.acme.example/v1', keyFile: 'acme.key' }], changedAt: '2026-01-31T12:00:00Z', changedBy: ada.id }
const parked = { id: 17, subject: 'elder.auth.key_revoked.v1', consumer: 'auth-audit', code: 'not_found', reason: 'no such user', attempt: 1, parkedAt: '2026-01-31T12:00:00Z', eventId: 'auth:key.revoked:Zk3vQ9aT', producer: 'auth', bytes: 64 }

export const governanceOperations: readonly Operation[] = [
  { method: 'GET', path: '/v1/teams', tag: 'access', summary: 'Teams; with deleted=true also deleted ones', query: teamsQuery, answers: { 200: { description: 'A page, newest first', schema: pageOf(team), example: { items: [core], nextCursor: null } } } },
  { method: 'POST', path: '/v1/teams', tag: 'access', summary: 'Create a team', body: teamName, bodyExample: { name: 'core' }, answers: { 201: { description: 'The team', schema: team, example: core } } },
  { method: 'PUT', path: '/v1/teams/:id', tag: 'access', summary: 'Rename a team; its users, policy and usage are unchanged', body: teamName, bodyExample: { name: 'core' }, answers: { 200: { description: 'The team', schema: team, example: core } } },
  {
    method: 'DELETE',
    path: '/v1/teams/:id',
    tag: 'access',
    summary: 'Delete a team',
    description: 'Its users are then in no team, its policy is deleted and its name is free. Its usage stays recorded.',
    answers: { 200: { description: 'The team as it was', schema: deletedTeam, example: { ...core, deletedAt: '2026-02-28T12:00:00Z', users: 3 } } },
  },
  { method: 'GET', path: '/v1/users', tag: 'access', summary: 'Users, their roles and teams', query: peopleQuery, answers: { 200: { description: 'A page, newest first', schema: pageOf(user), example: { items: [ada], nextCursor: null } } } },
  {
    method: 'PUT',
    path: '/v1/users/:id/team',
    tag: 'access',
    summary: 'Assign a user to a team, or remove them from theirs',
    description: "A user is in one team or, with null, in none. The team's policy applies to their keys within a second.",
    body: teamOfUser,
    bodyExample: { teamId: core.id },
    answers: { 200: { description: 'The user as it is now', schema: user, example: ada } },
  },
  { method: 'GET', path: '/v1/usage-policies', tag: 'access', summary: 'Usage policies of keys, users and teams', query: policiesQuery, answers: { 200: { description: 'A page', schema: pageOf(policy), example: { items: [ofAda], nextCursor: null } } } },
  {
    method: 'GET',
    path: '/v1/usage-policies/:scope/:subject',
    tag: 'access',
    summary: 'The usage policy of a key, user or team, and how much of its limits has been used',
    description: 'The scope is key, user or team, the subject its id. Without a policy the answer is an empty one of version 0. Developers can read the policies that apply to themselves. `used` is what the limits have counted in the current window.',
    answers: { 200: { description: 'The policy', schema: policy, example: { ...ofAda, limits: [{ ...terms.limits[0], used: 3.25 }] } } },
  },
  {
    method: 'PUT',
    path: '/v1/usage-policies/:scope/:subject',
    tag: 'access',
    summary: 'Replace a whole usage policy, everywhere within a second',
    description: 'All policies that apply to a request are enforced. Amounts of cost are in units of the currency of the prices, with up to six decimals. Patterns are RE2 expressions. 409 when baseVersion is not the current version.',
    body: policyBody,
    bodyExample: { baseVersion: 2, ...terms },
    answers: { 200: { description: 'The policy as it is now', schema: policy, example: ofAda } },
  },
  {
    method: 'GET',
    path: '/v1/usage',
    tag: 'access',
    summary: 'What was used, by day, key, user, team, provider and model',
    description: 'Newest day first. Of everybody, or of the subject that is named; developers get their own, or name one of their keys.',
    query: usageQuery,
    answers: {
      200: {
        description: 'A page',
        schema: pageOf(usageOfDay),
        example: { items: [{ day: '2026-01-31', keyId: 'Zk3vQ9aT', userId: ada.id, teamId: core.id, provider: 'acme', model: 'acme-large', requests: 12, inputTokens: 40_110, outputTokens: 9_300, cachedTokens: 20_000, cost: 0.2613 }], nextCursor: null },
      },
    },
  },
  {
    method: 'GET',
    path: '/v1/providers',
    tag: 'access',
    summary: 'The providers in use and their health',
    description: 'The providers of the live setting, else those that the edge was started with, on one page. Health is derived from the requests of the answering edge only.',
    answers: {
      200: {
        description: 'All of them',
        schema: pageOf(provider),
        example: { items: [{ name: 'acme', baseUrl: 'https://api.acme.example/v1', dialect: 'openai', apis: ['chat', 'completions', 'embeddings'], models: ['acme-*'], priced: ['acme-*'], priority: 0, weight: 1, keyFile: 'acme.key', state: 'paused', inFlight: 3, paused: [{ model: 'acme-large', again: '2026-01-31T12:00:04Z', reason: 'provider_busy' }], lastFailure: { at: '2026-01-31T12:00:00Z', reason: 'provider_busy', message: 'provider acme failed with status 503' } }], nextCursor: null },
      },
    },
  },
  { method: 'GET', path: '/v1/settings', tag: 'access', summary: 'Live settings of the platform', query: settingsQuery, answers: { 200: { description: 'A page', schema: pageOf(setting), example: { items: [providers], nextCursor: null } } } },
  { method: 'GET', path: '/v1/settings/:name', tag: 'access', summary: 'The current or an earlier version of a setting', query: settingQuery, answers: { 200: { description: 'The setting', schema: setting, example: providers } } },
  {
    method: 'PUT',
    path: '/v1/settings/:name',
    tag: 'access',
    summary: 'Change a setting; takes effect everywhere within a second',
    description: 'null unsets it, so that the start configuration applies again. Settings must not contain keys or passwords, only the names of their files. 409 when baseVersion is not the current version.',
    body: newSetting,
    bodyExample: { baseVersion: 1, value: providers.value },
    answers: { 200: { description: 'The setting as it is now', schema: setting, example: providers } },
  },
  { method: 'GET', path: '/v1/settings/:name/versions', tag: 'access', summary: 'All versions of a setting, newest first', query: settingsQuery, answers: { 200: { description: 'A page', schema: pageOf(setting), example: { items: [providers], nextCursor: null } } } },
  {
    method: 'POST',
    path: '/v1/settings/:name/restore',
    tag: 'access',
    summary: 'Make an earlier version the newest',
    body: restoredSetting,
    bodyExample: { version: 1 },
    answers: { 200: { description: 'The setting as it is now', schema: setting, example: { ...providers, version: 3 } } },
  },
  { method: 'GET', path: '/v1/parked', tag: 'access', summary: 'Messages that a service could not process, oldest first', query: parkedQuery, answers: { 200: { description: 'A page', schema: pageOf(parkedMessage), example: { items: [parked], nextCursor: null } } } },
  { method: 'GET', path: '/v1/parked/:id', tag: 'access', summary: 'A parked message, with the consumer that could not process it and the reason', answers: { 200: { description: 'The message, without its content', schema: parkedMessage, example: parked } } },
  {
    method: 'POST',
    path: '/v1/parked/:id/replay',
    tag: 'access',
    summary: 'Deliver a parked message again, only to the consumer that parked it',
    description: 'The event keeps its id, so that consumers recognise an effect that already exists. If it fails again, it is parked again under a new id.',
    answers: { 200: { description: 'The message, which is no longer parked', schema: parkedMessage, example: parked } },
  },
  { method: 'DELETE', path: '/v1/parked/:id', tag: 'access', summary: 'Delete a parked message without processing it', answers: { 200: { description: 'The message as it was', schema: parkedMessage, example: parked } } },
]
