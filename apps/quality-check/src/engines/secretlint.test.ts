import { creator } from '@secretlint/secretlint-rule-preset-recommend'
import { expect, test } from 'vitest'
import { askSecretlint, secretlintMarks, unusedSecretlintRules } from './secretlint.ts'

test('every rule of the preset has its mark, or is not listened to', () => {
  const names = creator.rules.map(({ meta }) => meta.id.replace('@secretlint/secretlint-rule-', ''))
  expect(names.toSorted()).toEqual([...Object.keys(secretlintMarks), ...unusedSecretlintRules].toSorted())
})

const drawn = 'k3J9xQ2mZ7bV5nL8wR4tY6uP1sD0fG3hA9cE2iK7oM5qT8vX'
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGH'
const hexadecimal = '0123456789abcdef'
const examples: Readonly<Record<string, string>> = {
  aws: `aws_secret_access_key = ${drawn.slice(0, 40)}`,
  npm: `npm_${drawn.slice(0, 36)}`,
  sendgrid: `SG.${drawn.slice(0, 22)}.${drawn.slice(0, 43)}`,
  shopify: `shpat_${drawn.slice(0, 32)}`,
  stripe: `sk_live_${drawn.slice(0, 24)}`,
  github: `ghp_${drawn.slice(0, 36)}`,
  gitlab: `glpat-${drawn.slice(0, 20)}`,
  huggingface: `hf_${letters}`,
  notion: `ntn_12345678901${drawn.slice(0, 35)}`,
  groq: `gsk_${(drawn + drawn).slice(0, 52)}`,
  databricks: `dapi${hexadecimal.repeat(2)}`,
  cloudflare: `cfut_${drawn.slice(0, 40)}0a1b2c3d`,
  vercel: `vcp_${drawn.slice(0, 24)}`,
  'hashicorp-vault': `hvs.${(drawn + drawn).slice(0, 95)}`,
}

test('a token that says itself that it is made up is none', async () => {
  expect(await askSecretlint(`key: ghp_1234-1234 \n`, '.ts')).toEqual([])
})

test.each(Object.entries(examples))('asks it of a text with a secret of %s', async (rule, secret) => {
  const found = await askSecretlint(`key: ${secret}\n`, '.ts')
  expect(found.map((each) => each.rule)).toContain(rule)
})
