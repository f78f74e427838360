import type { JavaScriptRule } from '../../rule.ts'

// "^https?://www.example.com": the dots of a host name are meant literally.
const address = /^\^(?:\(\?:|\()?https?\??(?:\|https?\))?(?:\)\??)?:(?:\\?\/){2}/
const longestHost = 300
const anyDot = /(?<=[\w)\]+*?])\.(?=(?:\)[?*]?)?(?:[\w-]+\\?\.)*(?:com|net|org|io|dev|app|co|edu|gov|de|fr|uk|eu|cloud|local)(?![\w-]))/

export const rule: JavaScriptRule = {
  kind: 'javascript',
  id: 'open-host-pattern',
  title: 'Dot in the pattern of an address matches any character',
  why: 'An address such as https://wwwXexample.com passes the check as well, and anybody can register it.',
  fix: String.raw`Write the dots of the host as \. in the pattern, or compare the host with a list.`,
  category: 'security',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript'],
  cwe: 'CWE-625',
  securitySeverity: 3.9,
  inTests: 'off',
  inDocs: 'off',
  on: {
    Literal(node, context) {
      if ('regex' in node && hasOpenHost(node.regex.pattern)) context.report(node)
    },
  },
}

function hasOpenHost(pattern: string): boolean {
  const [scheme] = address.exec(pattern) ?? []
  if (scheme === undefined) return false
  const [host = ''] = pattern.slice(scheme.length).split(/\\?\//)
  return anyDot.test(host.slice(0, longestHost))
}
