import type { Constant } from '../flow/program.ts'
import type { SeenCall, SeenValue } from '../flow/flow-rule.ts'

/** Conditions for sinks that several rules share. */
export type When = (call: SeenCall) => boolean

// A parameter whose name says that its value comes from outside.
const outside = /^given\.\w*(?:user|input|untrusted|tainted|payload|external|remote|param|query|body|attacker|unsafe)\w*(?:\.|$)/i

export const isNamedOutside = (value: SeenValue | undefined): boolean => value !== undefined && value.sources.length > 0 && outside.test(value.path ?? '')

/** Data from outside, or a text that was concatenated here: `run(command)` passes a text on, `run('ls ' + name)` makes one. */
export const isBuiltOrSent = (value: SeenValue | undefined): boolean => value !== undefined && (value.built || value.sources.some((kind) => kind !== 'parameter') || isNamedOutside(value))
export const builtOrSent =
  (place = 0): When =>
  ({ args }) =>
    isBuiltOrSent(args[place])
export const built =
  (place = 0): When =>
  ({ args }) =>
    args[place]?.built === true

/** The constants that it may be, in lower case. */
export const texts = (value: SeenValue | undefined): readonly string[] => value?.constants?.map((constant) => String(constant).toLowerCase()) ?? []
export const isConstant = (value: SeenValue | undefined, test: (constant: Constant) => boolean): boolean => value?.constants !== undefined && value.constants.length > 0 && value.constants.every(test)
export const isText = (value: SeenValue | undefined, test: RegExp): boolean => isConstant(value, (constant) => typeof constant === 'string' && test.test(constant))
const yes = (constant: Constant) => constant === true
const no = (constant: Constant) => constant === false || constant === 0
export const isTrue = (value: SeenValue | undefined): boolean => isConstant(value, yes)
export const isFalse = (value: SeenValue | undefined): boolean => isConstant(value, no)
export const isNumber = (value: SeenValue | undefined, test: (number: number) => boolean): boolean => isConstant(value, (constant) => typeof constant === 'number' && test(constant))

/** Whether it is a secret in the source code: a text that is not a placeholder. */
export const isSecret = (value: SeenValue | undefined): boolean => isConstant(value, (constant) => typeof constant === 'string' && constant.length > 0 && !/^(?:<.*>|\$\{.*\}|\{\{.*\}\})$/.test(constant))

/** Whether the known beginning of the text matches. */
export const beginsWith = (value: SeenValue | undefined, test: RegExp): boolean => value?.prefix !== undefined && test.test(value.prefix)

/** Whether the path looks like a collection or model of MongoDB: User.findOne, db.collection('users').findOne, this.userModel.findOne. */
export const isDocumentModel = (callee: string): boolean => /(?:^|[.:/])(?:[A-Z]\w*|\w*[mM]odels?\w*(?:\(\))?|\w*[cC]ollections?\w*(?:\(\))?|mongoose\.[\w.()]+|mongodb\.[\w.()]+|db\.\w+|db)\.\$?\w+$/.test(callee) && !/[sS]ervice|[rR]epositor|[pP]risma|[cC]lient\b|Sequelize|sequelize/.test(callee)

export const path = (value: SeenValue | undefined, test: RegExp): boolean => value?.path !== undefined && test.test(value.path)
