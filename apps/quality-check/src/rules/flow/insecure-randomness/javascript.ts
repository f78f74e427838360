import type { FlowSpec, SeenValue } from '../../../flow/flow-rule.ts'
import { anyOf, of, ofResponse } from '../../javascript-paths.ts'

// A "key" alone is mostly that of a list or map, and an "id" anything.
const secret = 'accessToken refreshToken resetToken sessionToken csrfToken authToken apiKey apikey apiToken secretKey clientSecret password passwd pwd passphrase verificationCode resetCode confirmationCode securityCode authCode inviteCode privateKey encryptionKey tempPassword newPassword temporaryPassword resetPasswordToken api_key access_token reset_token csrf_token'
// Credentials, or identifiers that need not be secret.
const unsure = 'token csrf pass secret salt otp pin nonce sessionId sessionID sid session_id'
const names = new RegExp(`^(?:${`${secret} token secret`.replaceAll(' ', '|')})$`, 'i')
const everywhere = (list: string): string[] => [...anyOf(list), ...list.split(' ').flatMap((name) => [name, `var:${name}`])]
const isRandom = (value: SeenValue | undefined): boolean => value?.sources.includes('weak-random') === true
const makesSecret = /^_*(?:generate|gen|make|create|new|random|get|build|issue)*[a-z]*(?:token|secret|password|passphrase|session(?:id|key)|csrf|otp|nonce|salt|apikey|secretkey|(?:reset|verification|confirmation|auth|invite)code)$/i

export const javascript: FlowSpec = {
  sinks: [
    { call: ['crypto.pseudoRandomBytes'], always: true, message: 'pseudoRandomBytes does not promise unpredictable bytes', advice: true },
    { assign: everywhere(secret), args: [0] },
    { assign: everywhere(unsure), args: [0], advice: true },
    // Concatenated letters and digits are a code that people type in; source code is longer.
    { assign: 'var:code', args: [0], when: ({ args }) => args[0]?.built === true && !/[\s(){}=]/.test(args[0].prefix ?? ''), advice: true },
    { call: of('crypto', 'createHmac createCipheriv createSecretKey scrypt scryptSync pbkdf2 pbkdf2Sync'), args: [0, 1] },
    { call: ['jsonwebtoken.sign', 'bcrypt.hash', 'bcrypt.hashSync', 'bcrypt.genSalt', 'CryptoJS.AES.encrypt', 'crypto-js.AES.encrypt'], args: [0, 1] },
    { call: ofResponse('cookie'), args: [1] },
    { call: anyOf('create save insert update findOneAndUpdate updateOne insertOne'), args: [0, 1], when: ({ args }) => args.some((value) => value.keys?.some((key) => names.test(key) && isRandom(value.field(key))) === true) },
    { returns: makesSecret, when: ({ args }) => isRandom(args[0]), advice: true },
  ],
}
