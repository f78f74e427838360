const computes = /^(factorial|fibonacci|fib|gcd|lcm|pow|power|sqrt|sum|product|average|mean|median|mode|variance|add|multiply|divide|subtract|reverse|sort|is_?prime|is_?even|is_?odd|is_?palindrome|is_?anagram|count_?\w+|compute_?\w+|calculate_?\w+|calc_?\w+|solve\w*|nth_?\w+|max_?\w+|min_?\w+|longest_?\w+|shortest_?\w+|roman_?to_?\w+|to_?roman|levenshtein|edit_?distance|hash\w*|encode\w*|decode\w*|encrypt\w*|decrypt\w*)$/i

/** Whether a name is that of something to be worked out, whatever the input. */
export const isComputation = (name: string): boolean => computes.test(name)

/** Inputs that a function may answer by heart: where it recurs, or has nothing to do. */
export const fewestAnswers = 3
