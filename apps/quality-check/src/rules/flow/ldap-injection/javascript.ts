import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { anyOf } from '../../javascript-paths.ts'
import { isBuiltOrSent } from '../../when.ts'

export const javascript: FlowSpec = {
  sinks: [
    { call: anyOf('search searchAsync searchReturnAll searchReturnOne'), args: ['1.filter'], when: ({ args }) => isBuiltOrSent(args[1]?.field('filter')) && args[1]?.keys !== undefined },
    { call: anyOf('search bind compare modify modifyDN del'), args: [0], when: ({ args, path }) => args[0]?.built === true && /ldap/i.test(path) },
    { call: ['ldapjs.parseFilter', 'ldapts.FilterParser.parseString', '@ldapjs/filter.parseString', 'ldapjs.parseDN', 'ldapjs.filters.parseFilter'], args: [0] },
    { call: anyOf('bind search'), args: [0], when: ({ args }) => args[0]?.built === true && /^(?:cn|uid|ou|dc|sAMAccountName)=/i.test(args[0].prefix ?? '') },
  ],
  sanitizers: ['ldap-escape.filter', 'ldap-escape.dn', 'ldapjs.escape', ...anyOf('escapeLDAP ldapEscape escapeFilter sanitizeLdap'), 'ldapEscape', 'escapeLdap', 'ldapjs.filters.EqualityFilter', 'ldapjs.EqualityFilter', 'ldapts.EqualityFilter'],
}
