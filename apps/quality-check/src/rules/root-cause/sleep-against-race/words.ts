/** Whether a comment admits that a pause is a guess at how long something else takes. */
export const admitsGuess = (comment: string): boolean => /\b(?:hack(?:y|ish)?|workaround|work around|kludge|flaky|race condition|sometimes)\b/i.test(comment)
