import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'failure-swallowed',
  title: 'command whose failure is thrown away',
  why: 'The script goes on as if it had worked, and nobody is told.',
  fix: 'Say what is to happen when it fails, or in a comment why it does not matter.',
  category: 'root_cause',
  severity: 'note',
  confidence: 'medium',
  languages: ['shell'],
  inTests: 'off',
  rules: {
    shell: {
      kind: 'list',
      regex: '\\|\\|\\s*(?:true|:)$',
      not: { any: [{ regex: '^(?:sudo\\s+)?(?:grep|kill|pkill|rm|mkdir|umount|docker\\s+(?:rm|stop|network|volume)|which|command|type|read|diff|wait|trap|unset|test|\\[|let|\\(\\(|expr|set|ls|id|cmp|stty|tput|shopt)\\b' }, { precedes: { kind: 'comment' } }, { follows: { kind: 'comment' } }] },
    },
  },
}
