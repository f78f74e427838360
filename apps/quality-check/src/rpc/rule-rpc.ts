import { RuleDescription } from '@elder/contracts/quality'
import { describeRules } from '../rules/rule-descriptions.ts'
import { criterionToWire, severityToWire } from '../wire.ts'
import type { QualityMethods } from './methods.ts'

/** The rules, ours first, each as findings name it. */
export const ruleMethods = (): Required<Pick<QualityMethods, 'listRules'>> => ({
  listRules: async () => ({
    rules: (await describeRules()).map(({ category, severity, languages, newCodeOnlyLanguages, ...rest }) => RuleDescription.fromPartial({ ...rest, category: criterionToWire[category], severity: severityToWire[severity], languages: [...languages], newCodeOnlyLanguages: [...newCodeOnlyLanguages] })),
  }),
})
