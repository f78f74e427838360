import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { of } from '../../javascript-paths.ts'
import { isNoKeptPassword } from './kept-password.ts'
import { isText } from '../../when.ts'

const broken = /^(?:rsa-)?(?:md[245]|ripemd(?:128)?|sha-?1|sha|sha0)$/i

export const javascript: FlowSpec = {
  doubts: isNoKeptPassword,
  sinks: [
    { call: ['crypto.createHash', 'crypto.createHmac', 'crypto.hash', 'crypto.createSign', 'crypto.createVerify', 'crypto-browserify.createHash', 'create-hash', 'hash.js'], always: true, when: ({ args }) => isText(args[0], broken) },
    { call: ['crypto.pbkdf2', 'crypto.pbkdf2Sync'], always: true, when: ({ args }) => isText(args[4], broken) },
    { call: ['crypto.subtle.digest', 'crypto.webcrypto.subtle.digest', '**.crypto.subtle.digest'], always: true, when: ({ args }) => isText(args[0], broken) || isText(args[0]?.field('name'), broken) },
    { call: [...of('crypto-js CryptoJS', 'MD5 SHA1 HmacMD5 HmacSHA1 RIPEMD160'), 'crypto-js.md5', 'crypto-js.sha1', 'node-forge.md.md5.create', 'node-forge.md.sha1.create', 'forge.md.md5.create', 'forge.md.sha1.create', 'md5', 'blueimp-md5', 'js-md5', 'js-sha1', 'sha1', 'js-sha1.sha1', 'spark-md5.hash', 'ts-md5.Md5.hashStr', 'object-hash.MD5', 'apache-md5', 'jshashes.MD5', 'jshashes.SHA1', 'Hashes.MD5', 'Hashes.SHA1', 'pure-md5.md5', 'md5-hex'], always: true },
    { call: ['jssha', 'jsSHA'], always: true, when: ({ args }) => isText(args[0], /^sha-?1$/i) },
    { call: ['object-hash'], always: true, when: ({ args }) => isText(args[1]?.field('algorithm'), broken) },
    { call: ['argon2.hash'], always: true, when: ({ args }) => /argon2\.argon2[id]$/.test(args[1]?.field('type')?.path ?? ''), message: 'argon2i and argon2d lack the strength of argon2id' },
  ],
}
