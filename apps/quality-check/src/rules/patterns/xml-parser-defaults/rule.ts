import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'xml-parser-defaults',
  title: 'XML parser that follows what the document names',
  why: 'By default a document may name files and addresses, and the parser fetches them.',
  fix: 'Set the feature disallow-doctype-decl, or FEATURE_SECURE_PROCESSING and empty ACCESS_EXTERNAL_DTD.',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['java'],
  cwe: 'CWE-611',
  securitySeverity: 3.9,
  inTests: 'off',
  rules: {
    java: {
      kind: 'method_invocation',
      regex: '^(?:DocumentBuilderFactory|SAXParserFactory|XMLInputFactory|TransformerFactory)\\.new(?:Default)?(?:Instance|Factory)\\(',
      not: { inside: { stopBy: 'end', kind: 'class_body', regex: '\\.set(?:Feature|Attribute|Property|ExpandEntityReferences)\\(' } },
    },
  },
}
