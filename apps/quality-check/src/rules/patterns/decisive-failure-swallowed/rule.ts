import type { PatternRule } from '../../rule.ts'

// Tests, builds, migrations, copies of data and deployments: what follows relies on them.
const scripts = String.raw`(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?(?:test|build|migrate|deploy|typecheck)(?:[:\w-]*)`
const runners = String.raw`(?:npx\s+|pnpm\s+exec\s+|python3?\s+-m\s+|uv\s+run\s+|poetry\s+run\s+)?(?:vitest|jest|mocha|playwright\s+test|tsc|pytest|unittest|alembic\s+upgrade|prisma\s+migrate|knex\s+migrate\S*|flyway\s+migrate)`
const others = String.raw`go\s+(?:test|build)|cargo\s+(?:test|build)|(?:\./)?(?:mvnw?|gradlew?)\s|make\s+(?:test|build|check|all|deploy)|psql\s|pg_dump|pg_restore|mysqldump|terraform\s+apply|kubectl\s+apply|helm\s+upgrade|rsync\s|aws\s+s3\s+(?:cp|sync)|docker\s+(?:build|push)\b|(?:python3?\s+)?(?:\./)?manage\.py\s+(?:migrate|test)`

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'decisive-failure-swallowed',
  title: 'failure of a test, a build or a migration ignored',
  why: 'The script continues after the failure and reports success, although the following steps rely on what failed.',
  fix: 'Let the script end when it fails, or say in a comment why its failure does not matter.',
  category: 'root_cause',
  severity: 'error',
  confidence: 'high',
  languages: ['shell'],
  cwe: 'CWE-390',
  inTests: 'off',
  adviceUnlessNew: true,
  rules: {
    shell: {
      kind: 'list',
      regex: `^(?:sudo\\s+)?(?:${scripts}|${runners}|${others})[^|]*\\|\\|\\s*(?:true|:)$`,
      // A question to a database, or the dump of a container's logs, decides nothing.
      not: { any: [{ precedes: { kind: 'comment' } }, { follows: { kind: 'comment' } }, { inside: { kind: 'command_substitution', stopBy: 'end' } }, { regex: '\\s(?:--version|--help|--dry-run|-l|--list)\\b|DROP\\s|--if-exists|CREATE\\s+(?:DATABASE|ROLE|USER|EXTENSION)' }] },
    },
  },
}
