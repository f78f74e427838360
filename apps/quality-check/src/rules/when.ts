import type { Constant } from '../flow/program.ts'
import type { SeenCall, SeenValue } from '../flow/flow-rule.ts'

/** Conditions of sinks, in words that rules share. */
export type When = (call: SeenCall) => boolean

// A parameter that says itself where its value comes from.
const outside = /^given\.\w*(?:user|input|untrusted|tainted|payload|external|remote|param|query|body|attacker|unsafe)\w*(?:\.|$)/i

export const isNamedOutside = (value: SeenValue | undefined): boolean => value !== undefined && value.sources.length > 0 && outside.test(value.path ?? '')

/** A value that its sender alone decides, or a caller's that was put into a text: `run(command)` passes a text on, `run('ls ' + name)` makes one. */
export const isBuiltOrSent = (value: SeenValue | undefined): boolean => value !== undefined && (value.built || value.sources.some((kind) => kind !== 'parameter') || isNamedOutside(value))
export const builtOrSent =
  (place = 0): When =>
  ({ args }) =>
    isBuiltOrSent(args[place])
export const built =
  (place = 0): When =>
  ({ args }) =>
    args[place]?.built === true

/** The only constants it may be, as text in lower case. */
export const texts = (value: SeenValue | undefined): readonly string[] => value?.constants?.map((constant) => String(constant).toLowerCase()) ?? []
export const isConstant = (value: SeenValue | undefined, test: (constant: Constant) => boolean): boolean => value?.constants !== undefined && value.constants.length > 0 && value.constants.every(test)
export const isText = (value: SeenValue | undefined, test: RegExp): boolean => isConstant(value, (constant) => typeof constant === 'string' && test.test(constant))
const yes = (constant: Constant) => constant === true
const no = (constant: Constant) => constant === false || constant === 0
export const isTrue = (value: SeenValue | undefined): boolean => isConstant(value, yes)
export const isFalse = (value: SeenValue | undefined): boolean => isConstant(value, no)
export const isNumber = (value: SeenValue | undefined, test: (number: number) => boolean): boolean => isConstant(value, (constant) => typeof constant === 'number' && test(constant))

/** A secret as people write it into sources: a text that is no placeholder. */
export const isSecret = (value: SeenValue | undefined): boolean => isConstant(value, (constant) => typeof constant === 'string' && constant.length > 0 && !/^(?:<.*>|\$\{.*\}|\{\{.*\}\})$/.test(constant))

/** The text begins like this, whatever follows. */
export const beginsWith = (value: SeenValue | undefined, test: RegExp): boolean => value?.prefix !== undefined && test.test(value.prefix)

/** A collection or model of MongoDB, by what its path says: User.findOne, db.collection('users').findOne, this.userModel.findOne. */
export const isDocumentModel = (callee: string): boolean => /(?:^|[.:/])(?:[A-Z]\w*|\w*[mM]odels?\w*(?:\(\))?|\w*[cC]ollections?\w*(?:\(\))?|mongoose\.[\w.()]+|mongodb\.[\w.()]+|db\.\w+|db)\.\$?\w+$/.test(callee) && !/[sS]ervice|[rR]epositor|[pP]risma|[cC]lient\b|Sequelize|sequelize/.test(callee)

export const path = (value: SeenValue | undefined, test: RegExp): boolean => value?.path !== undefined && test.test(value.path)
