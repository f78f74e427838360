/** Read before it is verified, for the key that it names. */
export const isVerifiedHere = (text: string): boolean => /\bverify\w*\(|\balgorithms\s*[=:]|jwks/i.test(text)
