import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'removal-of-unchecked-path',
  title: 'removal of a path that may be empty',
  why: 'With an empty or blank-ridden variable it removes something else, at worst everything.',
  fix: 'Quote it and refuse an empty one: rm -rf "${dir:?}/".',
  category: 'maintainability',
  severity: 'warning',
  confidence: 'high',
  languages: ['shell'],
  minutes: 5,
  rules: {
    shell: { kind: 'command', regex: '^(?:sudo\\s+)?rm\\s+(?:-\\S+\\s+)*-[a-zA-Z]*[rR][a-zA-Z]*\\s[^\\n]*(?<=\\s)(?:\\$\\{?\\w+\\}?(?:[/*\\s]|$)|"?\\$\\{?\\w+\\}?"?/\\*)' },
  },
}
