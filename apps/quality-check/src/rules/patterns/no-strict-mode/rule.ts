import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'no-strict-mode',
  title: 'script that goes on after a failure',
  why: 'Without "set -e" every command that fails is passed over, and the next one works with what is missing.',
  fix: 'Begin with "set -eu", and in bash "set -euo pipefail".',
  category: 'root_cause',
  severity: 'note',
  confidence: 'medium',
  languages: ['shell'],
  inTests: 'off',
  rules: {
    shell: { kind: 'program', regex: '^#!\\s*\\S*/(?:env\\s+)?(?:ba|da|z|k)?sh\\b[^\\n]*\\n(?:[^\\n]*\\n){8,}', not: { regex: '\\n\\s*set\\s+-\\w*e|\\n\\s*set\\s+-o\\s+errexit|^#![^\\n]*\\s-\\w*e|\\n\\s*trap\\s+[^\\n]*ERR' } },
  },
}
