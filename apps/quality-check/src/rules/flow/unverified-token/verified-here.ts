/** Decoded first to find the key with which it is then verified. */
export const isVerifiedHere = (text: string): boolean => /\bverify\w*\(|\balgorithms\s*[=:]|jwks/i.test(text)
