import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { isConstant, lastName, paths, under } from '../../python-calls.ts'

const libraries = 'Crypto.Cipher Cryptodome.Cipher'
const hazmat = 'cryptography.hazmat.primitives.ciphers.algorithms cryptography.hazmat.decrepit.ciphers.algorithms'

const old = /^(?:PROTOCOL_)?(?:SSLv[23]|TLSv1(?:_1)?)(?:_METHOD)?$/

// These are mostly used for existing formats and protocols: NTLM, Kerberos, archives, key stores. ECB is also used to process single blocks.
export const python: FlowSpec = {
  sinks: [
    { call: under(libraries, 'DES.new DES3.new ARC2.new ARC4.new Blowfish.new CAST.new XOR.new'), always: true, advice: true, message: 'the cipher is broken' },
    { call: under(hazmat, 'ARC4 Blowfish IDEA SEED CAST5 TripleDES'), always: true, advice: true, message: 'the cipher is broken' },
    { call: paths('pyDes.des pyDes.triple_des'), always: true, advice: true, message: 'the cipher is broken' },
    { call: under(libraries, 'AES.new'), always: true, when: ({ args, keywords }) => lastName(args[1] ?? keywords.mode) === 'MODE_ECB', advice: true, message: 'ECB shows equal blocks as equal' },
    { call: paths('cryptography.hazmat.primitives.ciphers.modes.ECB'), always: true, advice: true, message: 'ECB shows equal blocks as equal' },
    { call: paths('Crypto.PublicKey.RSA.generate Cryptodome.PublicKey.RSA.generate Crypto.PublicKey.DSA.generate'), always: true, when: ({ args, keywords }) => isConstant(args[0] ?? keywords.bits, (bits) => typeof bits === 'number' && bits < 2048), message: 'keys of RSA and DSA need 2048 bits at least' },
    { call: paths('cryptography.hazmat.primitives.asymmetric.rsa.generate_private_key cryptography.hazmat.primitives.asymmetric.dsa.generate_private_key'), always: true, when: ({ args, keywords }) => isConstant(keywords.key_size ?? args[1], (bits) => typeof bits === 'number' && bits < 2048), message: 'keys of RSA and DSA need 2048 bits at least' },
    // An old server may support no other version.
    { call: paths('ssl.SSLContext ssl.wrap_socket OpenSSL.SSL.Context'), always: true, when: ({ args, keywords, path }) => old.test(lastName(keywords.ssl_version ?? keywords.protocol ?? keywords.method ?? (path === 'ssl.wrap_socket' ? undefined : args[0]))), advice: true, message: 'the version of the protocol is broken' },
  ],
}
