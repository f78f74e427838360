import { PolicyScope, type AnswerCacheMode, type SecretAction } from '@elder/contracts/auth-usage'
import type { Database, Queryable } from '@elder/postgres'
import type { Acts } from './acts.ts'
import { rowsOf } from './rows.ts'
import type { Policy, PolicyStore, Subject } from './usage-policies.ts'
import type { KnownLimit } from './usage-policy-input.ts'
import { cacheWords, isIn, meterWords, numberOf, scopeWords, secretWords, windowWords } from './usage-words.ts'

interface PolicyRow {
  scope: string
  subject: string
  position: string
  version: string
  limits: { meter: string; window: string; amount: number }[]
  allowed_models: string[]
  max_output_tokens: string
  secrets: string | null
  denied_prompts: string[]
  denied_answers: string[]
  answer_cache: string | null
  changed_at: Date
  changed_by: string
}

const columns = `p.scope, p.subject, p.position, p.version, p.limits, p.allowed_models, p.max_output_tokens, p.secrets, p.denied_prompts, p.denied_answers,
  p.answer_cache, p.changed_at, p.changed_by`

/** Usage policies in Postgres. */
export function createPolicyStore(database: Database, acts: Acts): PolicyStore & { appliesTo(userId: string, subject: Subject): Promise<boolean> } {
  return {
    act: (work) => acts((tx, recorder) => work({ ...recorder, ownerOf: (subject) => ownerOf(tx, subject), find: (subject) => find(tx, subject), save: (policy) => save(tx, policy) })),

    find: (subject) => find(database, subject),

    exists: async (subject) => (await ownerOf(database, subject)) !== undefined,

    async list(page) {
      const rows = await database.query<PolicyRow>(`select ${columns} from usage_policies p where ($1::bigint is null or p.position < $1) order by p.position desc limit $2`, [page.before, page.size + 1])
      return rowsOf(rows, page, toPolicy, (row) => row.position)
    },

    async ofKey({ id, userId }) {
      const rows = await database.query<{ team_id: string | null; team_name: string | null } & (PolicyRow | { scope: null })>(
        `select u.team_id, t.name as team_name, ${columns} from users u left join teams t on t.id = u.team_id left join usage_policies p
           on (p.scope, p.subject) in (('key', $1), ('user', u.id), ('team', coalesce(u.team_id, '')))
         where u.id = $2 order by p.scope`,
        [id, userId],
      )
      return { teamId: rows[0]?.team_id ?? '', teamName: rows[0]?.team_name ?? '', policies: rows.flatMap((row) => (row.scope === null ? [] : [toPolicy(row)])) }
    },

    async appliesTo(userId, { scope, id }) {
      if (scope === PolicyScope.POLICY_SCOPE_USER) return userId === id
      const [row] = await database.query<{ applies: boolean }>(
        scope === PolicyScope.POLICY_SCOPE_KEY
          ? 'select exists (select from api_keys where id = $2 and user_id = $1) as applies'
          : 'select exists (select from users where id = $1 and team_id = $2) as applies',
        [userId, id],
      )
      return row?.applies === true
    },
  }
}

const ownerQueries: Record<Subject['scope'], string> = {
  [PolicyScope.POLICY_SCOPE_KEY]: 'select user_id as owner from api_keys where id = $1',
  [PolicyScope.POLICY_SCOPE_USER]: 'select id as owner from users where id = $1',
  [PolicyScope.POLICY_SCOPE_TEAM]: "select '' as owner from teams where id = $1 and deleted_at is null",
}

async function ownerOf(tx: Queryable, { scope, id }: Subject): Promise<string | undefined> {
  const [row] = await tx.query<{ owner: string }>(ownerQueries[scope], [id])
  return row?.owner
}

async function find(tx: Queryable, { scope, id }: Subject): Promise<Policy | undefined> {
  const [row] = await tx.query<PolicyRow>(`select ${columns} from usage_policies p where p.scope = $1 and p.subject = $2`, [scopeWords[scope], id])
  return row && toPolicy(row)
}

async function save(tx: Queryable, policy: Policy): Promise<void> {
  await tx.query(
    `insert into usage_policies (scope, subject, version, limits, allowed_models, max_output_tokens, secrets, denied_prompts, denied_answers, answer_cache, changed_at, changed_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     on conflict (scope, subject) do update set version = excluded.version, limits = excluded.limits, allowed_models = excluded.allowed_models,
       max_output_tokens = excluded.max_output_tokens, secrets = excluded.secrets, denied_prompts = excluded.denied_prompts,
       denied_answers = excluded.denied_answers, answer_cache = excluded.answer_cache, changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
    [
      scopeWords[policy.scope],
      policy.subject,
      policy.version,
      JSON.stringify(policy.limits.map(({ meter, window, amount }) => ({ meter: meterWords[meter], window: windowWords[window], amount: Number(amount) }))),
      policy.allowedModels,
      policy.maxOutputTokens,
      secretWords[policy.secrets] ?? null,
      policy.deniedPrompts,
      policy.deniedAnswers,
      cacheWords[policy.answerCache] ?? null,
      policy.changedAt,
      policy.changedBy,
    ],
  )
}

function toPolicy(row: PolicyRow): Policy {
  const scope = numberOf(scopeWords, row.scope)
  if (!isIn(scopeWords, scope)) throw new Error(`no scope is called ${row.scope}`)
  return {
    scope,
    subject: row.subject,
    version: BigInt(row.version),
    limits: row.limits.map(toLimit),
    allowedModels: row.allowed_models,
    maxOutputTokens: Number(row.max_output_tokens),
    secrets: numberOf(secretWords, row.secrets) as SecretAction,
    deniedPrompts: row.denied_prompts,
    deniedAnswers: row.denied_answers,
    answerCache: numberOf(cacheWords, row.answer_cache) as AnswerCacheMode,
    changedAt: row.changed_at,
    changedBy: row.changed_by,
  }
}

function toLimit(stored: PolicyRow['limits'][number]): KnownLimit {
  const [meter, window] = [numberOf(meterWords, stored.meter), numberOf(windowWords, stored.window)]
  if (!isIn(meterWords, meter) || !isIn(windowWords, window)) throw new Error(`no limit is called ${stored.meter} a ${stored.window}`)
  return { meter, window, amount: BigInt(stored.amount) }
}
