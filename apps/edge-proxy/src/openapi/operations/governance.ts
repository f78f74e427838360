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
  { method: 'GET', path: '/v1/teams', tag: 'access', summary: 'Teams; with deleted=true those that were deleted too', query: teamsQuery, answers: { 200: { description: 'A page, newest first', schema: pageOf(team), example: { items: [core], nextCursor: null } } } },
  { method: 'POST', path: '/v1/teams', tag: 'access', summary: 'Create a team', body: teamName, bodyExample: { name: 'core' }, answers: { 201: { description: 'The team', schema: team, example: core } } },
  { method: 'PUT', path: '/v1/teams/:id', tag: 'access', summary: 'Rename a team: its users, its policy and what it used stay', body: teamName, bodyExample: { name: 'core' }, answers: { 200: { description: 'The team', schema: team, example: core } } },
  {
    method: 'DELETE',
    path: '/v1/teams/:id',
    tag: 'access',
    summary: 'Delete a team',
    description: 'Its users are in no team then, its policy is gone and its name is free. What it used stays on record.',
    answers: { 200: { description: 'The team as it was', schema: deletedTeam, example: { ...core, deletedAt: '2026-02-28T12:00:00Z', users: 3 } } },
  },
  { method: 'GET', path: '/v1/users', tag: 'access', summary: 'Users, their roles and teams', query: peopleQuery, answers: { 200: { description: 'A page, newest first', schema: pageOf(user), example: { items: [ada], nextCursor: null } } } },
  {
    method: 'PUT',
    path: '/v1/users/:id/team',
    tag: 'access',
    summary: 'Put a user into a team, or take them out of theirs',
    description: 'A user is in one team or, with null, in none. What the team may do holds for their keys within a second.',
    body: teamOfUser,
    bodyExample: { teamId: core.id },
    answers: { 200: { description: 'The user as it is now', schema: user, example: ada } },
  },
  { method: 'GET', path: '/v1/usage-policies', tag: 'access', summary: 'Usage policies of keys, users and teams', query: policiesQuery, answers: { 200: { description: 'A page', schema: pageOf(policy), example: { items: [ofAda], nextCursor: null } } } },
  {
    method: 'GET',
    path: '/v1/usage-policies/:scope/:subject',
    tag: 'access',
    summary: 'What models may be used for with one key, by one user or in one team, and how much of it was used',
    description: 'The scope is key, user or team, the subject its id. One that has none answers an empty policy of version 0. Developers read what applies to themselves. What was used is what the limits have counted in the window that runs.',
    answers: { 200: { description: 'The policy', schema: policy, example: { ...ofAda, limits: [{ ...terms.limits[0], used: 3.25 }] } } },
  },
  {
    method: 'PUT',
    path: '/v1/usage-policies/:scope/:subject',
    tag: 'access',
    summary: 'Replace a whole usage policy, everywhere within a second',
    description: 'Of several policies that apply to a request each one holds. Amounts of cost are in units of the currency of the prices, with up to six decimals. Patterns are RE2 expressions. 409 when baseVersion is not the current version.',
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
    summary: 'The providers in use, and how they are',
    description: 'Those of the live setting, else those that the edge was started with, all in one page. Health is what the requests of the edge that answers have shown; of several edges each has seen its own.',
    answers: {
      200: {
        description: 'All of them',
        schema: pageOf(provider),
        example: { items: [{ name: 'acme', baseUrl: 'https://api.acme.example/v1', dialect: 'openai', apis: ['chat', 'completions', 'embeddings'], models: ['acme-*'], priced: ['acme-*'], priority: 0, weight: 1, keyFile: 'acme.key', state: 'paused', inFlight: 3, paused: [{ model: 'acme-large', again: '2026-01-31T12:00:04Z', reason: 'provider_busy' }], lastFailure: { at: '2026-01-31T12:00:00Z', reason: 'provider_busy', message: 'provider acme failed with status 503' } }], nextCursor: null },
      },
    },
  },
  { method: 'GET', path: '/v1/settings', tag: 'access', summary: 'Live settings of the platform', query: settingsQuery, answers: { 200: { description: 'A page', schema: pageOf(setting), example: { items: [providers], nextCursor: null } } } },
  { method: 'GET', path: '/v1/settings/:name', tag: 'access', summary: 'A setting as it is, or as one version of it was', query: settingQuery, answers: { 200: { description: 'The setting', schema: setting, example: providers } } },
  {
    method: 'PUT',
    path: '/v1/settings/:name',
    tag: 'access',
    summary: 'Change a setting, everywhere within a second',
    description: 'null unsets it: the platform goes by what it was started with. Never with a key or a password inside: settings name the files that hold them. 409 when baseVersion is not the current version.',
    body: newSetting,
    bodyExample: { baseVersion: 1, value: providers.value },
    answers: { 200: { description: 'The setting as it is now', schema: setting, example: providers } },
  },
  { method: 'GET', path: '/v1/settings/:name/versions', tag: 'access', summary: 'Every version a setting has had, newest first', query: settingsQuery, answers: { 200: { description: 'A page', schema: pageOf(setting), example: { items: [providers], nextCursor: null } } } },
  {
    method: 'POST',
    path: '/v1/settings/:name/restore',
    tag: 'access',
    summary: 'Make an earlier version the newest',
    body: restoredSetting,
    bodyExample: { version: 1 },
    answers: { 200: { description: 'The setting as it is now', schema: setting, example: { ...providers, version: 3 } } },
  },
  { method: 'GET', path: '/v1/parked', tag: 'access', summary: 'Messages that a service could not take, the oldest first', query: parkedQuery, answers: { 200: { description: 'A page', schema: pageOf(parkedMessage), example: { items: [parked], nextCursor: null } } } },
  { method: 'GET', path: '/v1/parked/:id', tag: 'access', summary: 'One parked message: who could not take it, and why', answers: { 200: { description: 'The message, without what it says', schema: parkedMessage, example: parked } } },
  {
    method: 'POST',
    path: '/v1/parked/:id/replay',
    tag: 'access',
    summary: 'Have a parked message delivered again, to the consumer that parked it alone',
    description: 'It keeps the id of its fact, so an effect that is already there is recognised. One that fails again is parked again, under a new id.',
    answers: { 200: { description: 'The message, which is parked no more', schema: parkedMessage, example: parked } },
  },
  { method: 'DELETE', path: '/v1/parked/:id', tag: 'access', summary: 'Delete a parked message: nobody will ever take it', answers: { 200: { description: 'The message as it was', schema: parkedMessage, example: parked } } },
]
