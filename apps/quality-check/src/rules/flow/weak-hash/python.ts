import type { FlowSpec, SeenCall, SeenValue } from '../../../flow/flow-rule.ts'
import { isNoKeptPassword } from './kept-password.ts'
import { isFalse, isSent, isText, lastName, paths, under } from '../../python-calls.ts'

const broken = /^(?:md[245]|sha-?1|sha|ripemd160|whirlpool)$/i
const secretWord = /passw|passphrase|secret|token|credential|\bpin\b|api_?key/i

const isSecurity = ({ keywords }: SeenCall): boolean => !isFalse(keywords.usedforsecurity)
/** A secret by its name, or data from outside. */
const protects = (value: SeenValue | undefined): boolean => value !== undefined && (isSent(value) || secretWord.test(value.path ?? ''))
const hashes = 'hashlib.md5 hashlib.sha1 hashlib.md4 md5.new md5.md5 sha.new sha.sha Crypto.Hash.MD5.new Crypto.Hash.MD4.new Crypto.Hash.MD2.new Crypto.Hash.SHA.new Crypto.Hash.SHA1.new Cryptodome.Hash.MD5.new Cryptodome.Hash.SHA1.new'
const digest = (call: SeenCall): SeenValue | undefined => call.keywords.digestmod ?? call.args[2]

export const python: FlowSpec = {
  doubts: isNoKeptPassword,
  sinks: [
    { call: paths(hashes), always: true, when: (call) => isSecurity(call) && protects(call.args[0] ?? call.keywords.data ?? call.keywords.string), message: 'the hash is broken: others with the same value can be made' },
    { call: paths('hashlib.new'), always: true, when: (call) => isSecurity(call) && isText(call.args[0] ?? call.keywords.name, broken) && protects(call.args[1] ?? call.keywords.data), message: 'the hash is broken: others with the same value can be made' },
    { call: hashes.split(' ').map((path) => `${path}().update`), always: true, when: ({ args, receiver }) => protects(args[0]) && !isFalse(receiver?.field('usedforsecurity')), message: 'the hash is broken: others with the same value can be made' },
    { call: paths('hashlib.new().update'), always: true, when: ({ args, receiver }) => protects(args[0]) && isText(receiver?.field('algorithm'), broken), message: 'the hash is broken: others with the same value can be made' },
    { call: paths(hashes), always: true, when: isSecurity },
    { call: paths('hashlib.new'), always: true, when: (call) => isSecurity(call) && isText(call.args[0] ?? call.keywords.name, broken) },
    { call: paths('hmac.new hmac.digest'), always: true, advice: true, when: (call) => isText(digest(call), broken) || /^(?:md5|sha1)$/.test(lastName(digest(call))) },
    { call: under('passlib.hash', 'md5_crypt.hash des_crypt.hash ldap_md5.hash ldap_sha1.hash hex_md5.hash hex_sha1.hash lmhash.hash nthash.hash mysql323.hash mysql41.hash plaintext.hash md5_crypt.encrypt des_crypt.encrypt'), always: true, advice: true, message: 'passwords hashed so are found by trying' },
    { call: under('cryptography.hazmat.primitives.hashes', 'MD5 SHA1'), always: true, advice: true },
  ],
}
