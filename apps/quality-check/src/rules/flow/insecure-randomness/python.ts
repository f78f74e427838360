import type { FlowSpec, SeenValue } from '../../../flow/flow-rule.ts'
import { isText, methods, paths } from '../../python-calls.ts'

const secret = 'access_token refresh_token reset_token session_token csrf_token csrf auth_token api_key api_token secret secret_key client_secret password passwd passphrase otp pin verification_code reset_code confirmation_code security_code auth_code invite_code private_key encryption_key temp_password new_password temporary_password remember_me remember_me_key'
const unique = 'session_id sid salt nonce'
const bareNumber = /(?:^|\.)(?:random|randint|randrange|getrandbits|uniform|randbelow)\(\)$/
const isRandom = (value: SeenValue | undefined): boolean => value?.sources.includes('weak-random') === true
// An entry of a session store: my_session[key], cookies_of[user].
const isSessionEntry = /(?:^|\.)\w*(?:session|cookie)\w*\.(?:[^.]+|\[\])$/i
const isSecretName = /token|secret|passw|passphrase|session|csrf|otp|nonce|salt|remember|auth|api_?key|^(?:key|sid|pin)$/i
const makesSecret = /^_*(?:(?:generate|gen|make|create|new|random|get|build|issue)_?)*(?:[a-z]+_)?(?:token|secret|password|passwd|passphrase|session_?(?:id|key)|csrf|otp|nonce|salt|api_?key|secret_?key|(?:reset|verification|confirmation|auth|invite)_?code)$/i

export const python: FlowSpec = {
  // A value that was passed to another function may have another purpose there.
  proof: ({ isDirect }) => isDirect,
  sinks: [
    { assign: [...methods(secret), ...secret.split(' ').map((name) => `var:${name}`)], args: [0] },
    // A random text is a secret; a random number of that name may be a position or a message.
    { assign: [...methods('token'), 'var:token'], args: [0], when: ({ args }) => !bareNumber.test(args[0]?.path ?? '') },
    { assign: [...methods('token'), 'var:token'], args: [0], advice: true },
    // Such names are as often for boundaries, signed requests and statistics as for secrets.
    { assign: [...methods(unique), ...unique.split(' ').map((name) => `var:${name}`)], args: [0], advice: true },
    // An entry of a session may be anything; secrets are found by their names above.
    { assign: paths('flask.session.* django.request.session.* web.request.session.* bottle.request.session.* **.session.* **.session.[]'), args: [0], advice: true },
    { assign: '**.*', args: [0], when: ({ args, path }) => isRandom(args[0]) && isSessionEntry.test(path), advice: true },
    { assign: '**.[]', args: [0], when: ({ args, path }) => isRandom(args[0]) && isSessionEntry.test(path), advice: true },
    { call: methods('set_cookie set_signed_cookie set_secure_cookie'), args: [1, 'value'], when: ({ args, keywords }) => isRandom(args[1] ?? keywords.value) && (args[0]?.constants === undefined || isText(args[0], isSecretName)) },
    { call: paths('jwt.encode hmac.new itsdangerous.URLSafeSerializer itsdangerous.URLSafeTimedSerializer cryptography.fernet.Fernet'), args: [0, 1, 'key'], when: ({ args, keywords, path }) => isRandom(path === 'jwt.encode' ? (args[1] ?? keywords.key) : args[0]) },
    { call: methods('set_password make_password generate_password_hash create_user'), args: [0, 'password'], when: ({ args, keywords }) => isRandom(args[0]) || isRandom(keywords.password) },
    { call: methods('create_user create_superuser'), args: [2], when: ({ args }) => isRandom(args[2]) },
    { call: paths('hashlib.pbkdf2_hmac hashlib.scrypt'), args: [1, 2, 'salt'], when: ({ args, keywords }) => isRandom(args[2]) || isRandom(keywords.salt) },
    { returns: makesSecret, when: ({ args }) => isRandom(args[0]), advice: true },
  ],
}
