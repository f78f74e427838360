const computes = /^(factorial|fibonacci|fib|gcd|lcm|pow|power|sqrt|sum|product|average|mean|median|mode|variance|add|multiply|divide|subtract|reverse|sort|is_?prime|is_?even|is_?odd|is_?palindrome|is_?anagram|count_?\w+|compute_?\w+|calculate_?\w+|calc_?\w+|solve\w*|nth_?\w+|max_?\w+|min_?\w+|longest_?\w+|shortest_?\w+|roman_?to_?\w+|to_?roman|levenshtein|edit_?distance|hash\w*|encode\w*|decode\w*|encrypt\w*|decrypt\w*)$/i

/** Whether the name of a function says that it computes a result for any input. */
export const isComputation = (name: string): boolean => computes.test(name)

/** The number of constant answers from which on it is reported: fewer are the base cases of a recursion. */
export const fewestAnswers = 3
