import type { FlowSpec, Sink } from '../../../flow/flow-rule.ts'
import { of } from '../../javascript-paths.ts'
import { isConstant, isNumber, isText, path, type When } from '../../when.ts'

const weak = /^(?:des|des3|3des|des-ede3?|rc2|rc4|blowfish|bf|cast|idea|seed|arc4|tripledes)(?:-|$)|-ecb$|^aes-?(?:128|192|256)$/i
const isWeak: When = ({ args }) => isText(args[0], weak)
const node = 'crypto crypto-browserify'
const broken = 'the cipher or its mode is broken'
const fromPassword = 'derives key and initialisation vector from the password alone: use createCipheriv with a random one'

// Protocols and existing data prescribe a cipher, a mode, an initialisation vector, a key length or a number of rounds.
const prescribed: readonly Sink[] = [
  { call: of(node, 'createDecipher'), always: true, message: fromPassword },
  { call: of(node, 'createCipheriv createDecipheriv'), always: true, when: isWeak, message: broken },
  { call: ['crypto.createCipheriv'], always: true, when: ({ args }) => isText(args[2], /./) || (path(args[2], /^Buffer\.(?:alloc|from)\(\)$/) && args[2]?.sources.length === 0 && args[2].constants !== undefined), message: 'the initialisation vector is always the same' },
  { call: ['crypto.createDecipheriv'], always: true, when: ({ args }) => isText(args[0], /-gcm$/i) && args[3]?.field('authTagLength') === undefined && args[3] === undefined, message: 'GCM without authTagLength takes a tag of four bytes for good' },
  { call: of('crypto-js CryptoJS', 'DES.encrypt TripleDES.encrypt RC4.encrypt RC4Drop.encrypt Rabbit.encrypt RabbitLegacy.encrypt DES.decrypt TripleDES.decrypt RC4.decrypt'), always: true, message: 'the cipher is broken' },
  { call: of('crypto-js CryptoJS', 'AES.encrypt AES.decrypt'), always: true, when: ({ args }) => path(args[2]?.field('mode'), /\.mode\.ECB$/), message: 'ECB shows equal blocks as equal' },
  { call: ['node-forge.cipher.createCipher', 'node-forge.cipher.createDecipher', 'forge.cipher.createCipher'], always: true, when: ({ args }) => isText(args[0], /^(?:3?DES|RC2|.*-ECB)/i), message: broken },
  { call: of('crypto', 'generateKeyPair generateKeyPairSync'), always: true, when: ({ args }) => isText(args[0], /^(?:rsa|dsa)/) && isNumber(args[1]?.field('modulusLength'), (bits) => bits < 2048), message: 'keys of RSA and DSA need 2048 bits at least' },
  { call: ['node-forge.pki.rsa.generateKeyPair', 'node-forge.rsa.generateKeyPair', 'node-rsa'], always: true, when: ({ args }) => isNumber(args[0], (bits) => bits > 64 && bits < 2048) || isNumber(args[0]?.field('bits'), (bits) => bits < 2048) || isNumber(args[0]?.field('b'), (bits) => bits < 2048), message: 'keys of RSA need 2048 bits at least' },
  { call: ['crypto.createDiffieHellman'], always: true, when: ({ args }) => isNumber(args[0], (bits) => bits < 2048), message: 'Diffie-Hellman needs 2048 bits at least' },
  { call: ['crypto.createDiffieHellmanGroup', 'crypto.getDiffieHellman'], always: true, when: ({ args }) => isText(args[0], /^modp[125]$/), message: 'the group is too small' },
  { call: of('bcrypt', 'hash hashSync genSalt genSaltSync'), always: true, when: ({ args, path: callee }) => isNumber(args[/genSalt/.test(callee) ? 0 : 1], (rounds) => rounds < 10), message: 'bcrypt needs 10 rounds at least' },
  { call: of('crypto', 'pbkdf2 pbkdf2Sync'), always: true, when: ({ args }) => isNumber(args[2], (rounds) => rounds < 100_000), message: 'PBKDF2 needs some hundred thousand rounds' },
  { call: of('crypto', 'scrypt scryptSync'), always: true, when: ({ args }) => [args[3], args[4]].some((options) => isNumber(options?.field('N'), (cost) => cost < 16_384) || isNumber(options?.field('cost'), (cost) => cost < 16_384)), message: 'scrypt needs a cost of 16384 at least' },
  { call: ['crypto-js.PBKDF2', 'CryptoJS.PBKDF2'], always: true, when: ({ args }) => isNumber(args[2]?.field('iterations'), (rounds) => rounds < 100_000), message: 'PBKDF2 needs some hundred thousand rounds' },
  { call: ['crypto.subtle.generateKey', 'crypto.subtle.encrypt', 'crypto.webcrypto.subtle.generateKey'], always: true, when: ({ args }) => isNumber(args[0]?.field('modulusLength'), (bits) => bits < 2048) || isConstant(args[0]?.field('name'), (name) => name === 'AES-ECB'), message: 'the key or the mode is too weak' },
  { call: ['crypto.publicEncrypt', 'crypto.privateDecrypt'], always: true, when: ({ args }) => path(args[0]?.field('padding'), /RSA_(?:PKCS1|NO)_PADDING$/), message: 'use OAEP padding' },
]

export const javascript: FlowSpec = {
  sinks: [
    { call: of(node, 'createCipher'), always: true, message: fromPassword },
    ...prescribed.map((sink): Sink => ({ ...sink, advice: true })),
  ],
}
