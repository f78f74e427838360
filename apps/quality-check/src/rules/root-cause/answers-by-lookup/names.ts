const computes = /^(factorial|fibonacci|fib|gcd|lcm|pow|power|sqrt|sum|product|average|mean|median|mode|variance|add|multiply|divide|subtract|reverse|sort|is_?prime|is_?even|is_?odd|is_?palindrome|is_?anagram|count_?\w+|compute_?\w+|calculate_?\w+|calc_?\w+|solve\w*|nth_?\w+|max_?\w+|min_?\w+|longest_?\w+|shortest_?\w+|roman_?to_?\w+|to_?roman|levenshtein|edit_?distance|hash\w*|encode\w*|decode\w*|encrypt\w*|decrypt\w*)$/i

/** Whether the name of a function says that it computes a result for any input. */
export const isComputation = (name: string): boolean => computes.test(name)

const measures = /(?:cost|price|total|amount|fee|tax|discount|distance|area|volume|interest|balance)$|^is_?leap/i

/** Whether the name of a function says that it computes a quantity. */
export const isQuantity = (name: string): boolean => isComputation(name) || measures.test(name)

const enumerated = /(?:status|code|type|kind|level|mode|version|month|day|weekday|hour|index|port|bits|base|radix|tier|grade|priority|signal|errno|channel|id)$/i

/** Whether the numbers that a parameter of this name takes stand for kinds of things, which are looked up and not computed. */
export const isEnumerated = (name: string): boolean => enumerated.test(name)

/** A base case of a recursion, or zero. */
export const isTrivial = (value: number | bigint): boolean => value >= -1 && value <= 1 && Number.isInteger(Number(value))

/** As fewestAnswers, where every answer is a number for a number and nothing else is computed; blocks only new code. */
export const fewestNumbers = 2

/** The number of constant answers from which on it is reported: fewer are the base cases of a recursion. */
export const fewestAnswers = 3
