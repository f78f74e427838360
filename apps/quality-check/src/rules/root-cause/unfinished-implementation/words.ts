export const unfinished = /\b(not\s+(yet\s+)?(been\s+)?implemented(\s+yet)?|unimplemented|implement me|to be implemented|todo)\b/i

/** Somebody means to write it. Who says no more than that it is not there may mean it so, and so may who puts it into a table. */
export const promised = /\b(yet|todo|implement me|to be implemented)\b/i

/** Of a base class: whoever extends it is told what to write. Of something given up: what to use now. */
export const abstract = /\b(abstract|subclass(es)?|derived|overrid(e|den)|extend(ed|ing)?|interface|requires? .* to be implemented|must (be )?implement|should (be )?implement|child class|inherit|by (the )?(driver|backend|dialect)|support|read-?only|immutable|on this platform|instead|typing|use (?:the )?\w+(\.\w+)*\(\))/i

/** Said in a comment over an answer that depends on nothing. */
export const comes = /\bnot\s+(?:(?:yet\s+)?(?:been\s+)?implemented\s+yet|yet\s+(?:been\s+)?implemented)\b|\b(?:todo|fixme)\b\W{0,3}(?:\(#?[\w-]+\)\W{0,3})?implement\b|\bimplement me\b|\bto be implemented\b/i

/** Something is left to do. */
export const task = /^[\s*]*(?:todo|fixme)\b/i

/** A field that tells callers that it was done. */
export const done = /^(?:status|state|result): (?:\w+ed|sent|paid|done|success|complete)$|^(?:success|sent|paid|done|completed|\w+ed): true$/i
