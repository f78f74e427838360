import type { Constant } from '../flow/program.ts'
import type { PathPattern, SeenCall, SeenValue } from '../flow/flow-rule.ts'

export type When = (call: SeenCall) => boolean

/** All combinations of receivers and names: "os" and "popen system". */
export const under = (receivers: string, names: string): PathPattern[] => receivers.split(' ').flatMap((receiver) => names.split(' ').map((name) => `${receiver}.${name}`))
/** Methods by name, on any receiver. */
export const methods = (names: string): PathPattern[] => under('**', names)
export const paths = (text: string): PathPattern[] => text.split(' ')

/** An argument by position or keyword. */
export const argument = ({ args, keywords }: SeenCall, place: number, name: string): SeenValue | undefined => args[place] ?? keywords[name]

/** Whether it contains data from outside the program. */
export const isSent = (value: SeenValue | undefined): boolean => value?.sources.some((kind) => kind !== 'parameter') === true
/** Whether it contains data from outside, or is a text that was concatenated here. */
export const isSentOrBuilt = (value: SeenValue | undefined): boolean => value !== undefined && (value.built || isSent(value))
export const sent =
  (place = 0, name = ''): When =>
  (call) =>
    isSent(argument(call, place, name))
export const sentOrBuilt =
  (place = 0, name = ''): When =>
  (call) =>
    isSentOrBuilt(argument(call, place, name))

export const isConstant = (value: SeenValue | undefined, test: (constant: Constant) => boolean): boolean => value?.constants !== undefined && value.constants.length > 0 && value.constants.every(test)
export const mayBe = (value: SeenValue | undefined, test: (constant: Constant) => boolean): boolean => value?.constants?.some(test) === true
export const isText = (value: SeenValue | undefined, test: RegExp): boolean => isConstant(value, (constant) => typeof constant === 'string' && test.test(constant))
export const isFalse = (value: SeenValue | undefined): boolean => isConstant(value, (constant) => constant === false || constant === 0 || constant === null)
/** The last segment of its path: "AES" of "Crypto.Cipher.AES". */
export const lastName = (value: SeenValue | undefined): string => value?.path?.split('.').at(-1)?.replace(/\(\)$/, '') ?? ''
export const isTrue = (value: SeenValue | undefined): boolean => isConstant(value, (constant) => constant === true || constant === 1)
