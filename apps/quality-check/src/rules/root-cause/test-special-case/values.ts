const testValue = /^(test|tester|testuser|foo|bar|baz|dummy|example)$|^test[-_.]?\w*@|@(example|test)\.(com|org|net)$|^(4242 ?4242 ?4242 ?4242|4111 ?1111 ?1111 ?1111)$|^test[-_](user|token|key|id|email|password)|^test[-_](?:\w+[-_])?\d+$/i
const input = /(email|user|name|token|password|card|input|key|id|value|query|text|number)$/i

/** Whether a text is one that tests use and users do not. */
export const isTestValue = (value: string): boolean => testValue.test(value)

/** Whether a name is that of user input. Parameters named "type" or "mode" are excluded: "test" may be one of their values. */
export const takesInput = (name: string): boolean => input.test(name)

const admission = /\b(?:make|makes|making|so that|so|needed|required|just|only)\b.{0,40}\btests?(?:_\w+)?\b.{0,20}\bpass(?:es|ing)?\b|\bhard-?coded\b.{0,30}\btests?(?:_\w+)?\b|\bspecial[- ]cased?\b.{0,30}\btests?(?:_\w+)?\b/i

/** Whether a comment says that what stands there is there for a test. */
export const admitsTest = (comment: string): boolean => admission.test(comment)
