export const unfinished = /\b(not\s+(yet\s+)?(been\s+)?implemented(\s+yet)?|unimplemented|implement me|to be implemented|todo)\b/i

/** An implementation is announced. That something is "not implemented" may be permanent, and so may an entry of a table. */
export const promised = /\b(yet|todo|implement me|to be implemented)\b/i

/** The message of a base class tells what to implement, that of a deprecated function what to use. */
export const abstract = /\b(abstract|subclass(es)?|derived|overrid(e|den)|extend(ed|ing)?|interface|requires? .* to be implemented|must (be )?implement|should (be )?implement|child class|inherit|by (the )?(driver|backend|dialect)|support|read-?only|immutable|on this platform|instead|typing|use (?:the )?\w+(\.\w+)*\(\))/i

/** In a comment above a constant result. */
export const comes = /\bnot\s+(?:(?:yet\s+)?(?:been\s+)?implemented\s+yet|yet\s+(?:been\s+)?implemented)\b|\b(?:todo|fixme)\b\W{0,3}(?:\(#?[\w-]+\)\W{0,3})?implement\b|\bimplement me\b|\bto be implemented\b/i

/** A comment that tells callers to leave a function alone. */
export const uncalled = /\b(?:should|must|may|can|will|do|is)(?:n['’]t|\s*not|\s+never)\s+(?:be\s+)?call(?:ed)?\b|\bnever called\b/i

/** In a docstring: the function refuses, and will. */
export const decided = /\bbecause\b|\b(?:not|never) supported\b|\birreversible\b|\bcannot be (?:undone|reversed|reverted)\b/i

/** A comment about unfinished work. */
export const task = /^[\s*]*(?:todo|fixme)\b/i

/** A field that tells callers that the work was done. */
export const done = /^(?:status|state|result): (?:\w+ed|sent|paid|done|success|complete)$|^(?:success|sent|paid|done|completed|\w+ed): true$/i
