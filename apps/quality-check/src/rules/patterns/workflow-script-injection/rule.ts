import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'workflow-script-injection',
  title: 'words of strangers put into a script',
  why: 'The expression is filled in before the shell reads the line: a title or a branch name with a quote in it runs commands with the secrets of the workflow.',
  fix: 'Hand the value over as an environment variable: "env: TITLE: ${{ … }}", and write "$TITLE".',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['yaml'],
  cwe: 'CWE-94',
  securitySeverity: 8.8,
  inTests: 'off',
  rules: {
    yaml: { kind: 'block_mapping_pair', regex: '^(?:run|script):[\\s\\S]*?\\$\\{\\{\\s*github\\.(?:event\\.(?:issue\\.(?:title|body)|pull_request\\.(?:title|body|head\\.(?:ref|label|repo\\.default_branch))|comment\\.body|review\\.body|review_comment\\.body|discussion\\.(?:title|body)|pages\\.|commits|head_commit\\.(?:message|author)|workflow_run\\.(?:head_branch|head_commit|display_title))|head_ref)' },
  },
}
