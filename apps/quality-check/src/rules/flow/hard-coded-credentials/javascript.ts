import type { FlowSpec, SeenValue } from '../../../flow/flow-rule.ts'
import { anyOf, of } from '../../javascript-paths.ts'
import { isSecret, isText, type When } from '../../when.ts'

const inField =
  (place: number, ...names: readonly string[]): When =>
  ({ args }) =>
    names.some((name) => isSecret(args[place]?.field(name)))
const isKey: When = ({ args }) => isSecret(args[1]) || isSecret(args[1]?.field('key'))
const withPassword = /^[a-z][a-z+]*:\/\/[^:@/\s]+:[^@/\s$<{]+@/i
const address: When = ({ args }) => args.some((value) => isText(value, withPassword))
const passwords = ['password', 'passwd', 'pass', 'pwd']
const connection: When = (call) => [0, 1, 2, 3].some((place) => inField(place, ...passwords)(call)) || isSecret(passwordOf(call.args[0]?.field('auth'))) || isSecret(passwordOf(call.args[0]?.field('connection'))) || isSecret(passwordOf(call.args[0]?.field('credentials'))) || address(call)

function passwordOf(options: SeenValue | undefined): SeenValue | undefined {
  return passwords.map((name) => options?.field(name)).find((field) => field !== undefined && field.constants?.[0] !== undefined)
}

export const javascript: FlowSpec = {
  sinks: [
    { call: ['mysql.createConnection', 'mysql.createPool', 'pg.Client', 'pg.Pool', 'mssql.connect', 'mssql.ConnectionPool', 'tedious.Connection', 'oracledb.getConnection', 'mongodb.MongoClient', 'mongodb.MongoClient.connect', 'mongoose.connect', 'mongoose.createConnection', 'redis.createClient', 'ioredis', 'knex', 'typeorm.createConnection', 'typeorm.DataSource', 'sequelize', 'sequelize.Sequelize', 'Sequelize', 'amqplib.connect', 'mqtt.connect', 'ssh2.Client().connect', 'ftp.Client().connect', 'nodemailer.createTransport', 'mariadb.createPool', 'mariadb.createConnection', 'ldapjs.createClient', 'pg-promise()', 'postgres', 'snowflake-sdk.createConnection', 'imap', 'kafkajs.Kafka', 'arangojs.Database'], always: true, when: connection },
    { call: ['sequelize', 'sequelize.Sequelize', 'Sequelize'], always: true, when: ({ args }) => isSecret(args[2]) && isSecret(args[0]) },
    { call: ['neo4j-driver.auth.basic', 'neo4j.auth.basic'], always: true, when: ({ args }) => isSecret(args[1]) },
    { call: [...of('jsonwebtoken', 'sign verify'), ...of('jwt-simple', 'encode decode')], always: true, when: isKey },
    { call: ['jose.JWT.sign', 'jose.JWT.verify', 'jose.JWK.asKey', 'jose.importJWK'], always: true, when: ({ args, path }) => isSecret(args[/asKey/.test(path) ? 0 : 1]) || isSecret(args[0]?.field('k')) },
    { call: ['passport-jwt.Strategy', 'express-jwt', 'express-jwt.expressjwt', 'koa-jwt', '@nestjs/jwt.JwtModule.register', '**.JwtModule.register', 'passport-oauth2.Strategy', 'passport-google-oauth20.Strategy', 'passport-google-oauth.OAuth2Strategy', 'passport-github.Strategy', 'passport-github2.Strategy', 'passport-facebook.Strategy', 'passport-twitter.Strategy', 'passport-linkedin-oauth2.Strategy', 'passport-auth0', 'passport-oauth1.Strategy', 'passport-hawk.Strategy', 'express-openid-connect.auth', 'next-auth', '**.Strategy'], always: true, when: inField(0, 'secretOrKey', 'secret', 'clientSecret', 'consumerSecret', 'client_secret', 'jwtSecret') },
    { call: ['express-session', 'cookie-session', 'session', 'cookie-parser', 'koa-session', 'client-sessions', '@fastify/session', '@fastify/secure-session', '@fastify/cookie', '@fastify/jwt', 'iron-session.getIronSession'], always: true, when: ({ args }) => isSecret(args[0]?.field('secret')) || isSecret(args[0]?.field('keys')?.field('0')) || isSecret(args[0]?.field('secret')?.field('0')) || isSecret(args[0]) || isSecret(args[2]?.field('password')) },
    { call: anyOf('register'), always: true, when: ({ args, path }) => /fastify|app|server/i.test(path) && isSecret(args[1]?.field('secret')) },
    { call: of('crypto', 'createHmac createCipheriv createDecipheriv createCipher createDecipher'), always: true, when: ({ args }) => isSecret(args[1]), advice: true },
    // What is only read was often encrypted by others, with a key that each of their clients holds.
    { call: of('crypto-js CryptoJS', 'AES.decrypt'), always: true, when: ({ args }) => isSecret(args[1]), advice: true },
    { call: of('crypto-js CryptoJS', 'AES.encrypt HmacSHA256 HmacSHA512 HmacSHA1 HmacMD5 TripleDES.encrypt DES.encrypt'), always: true, when: ({ args }) => isSecret(args[1]) },
    { call: ['aws-sdk.config.update', 'AWS.config.update', 'aws-sdk.S3', 'aws-sdk.DynamoDB', 'aws-sdk.Credentials', 'aws-sdk.SES', 'aws-sdk.SQS', 'aws-sdk.Lambda', '@aws-sdk/client-s3.S3Client'], always: true, when: (call) => inField(0, 'secretAccessKey')(call) || isSecret(call.args[0]?.field('credentials')?.field('secretAccessKey')) || (/Credentials/.test(call.path) && isSecret(call.args[1])) },
    { call: ['stripe', 'twilio', 'openai.OpenAI', 'openai', '@sendgrid/mail.setApiKey', 'algoliasearch', 'mailgun-js', 'pusher', 'cloudinary.config', 'cloudinary.v2.config', '@octokit/rest.Octokit', 'octokit.Octokit', 'discord.js.Client().login', 'telegraf.Telegraf', 'telegraf', '@slack/web-api.WebClient', 'node-telegram-bot-api'], always: true, when: ({ args, path }) => (isText(args[/twilio|algoliasearch/.test(path) ? 1 : 0], /^\S{16,}$/) && !isText(args[0], /your|xxx|example|placeholder/i)) || ['apiKey', 'auth', 'secret', 'api_secret'].some((name) => isText(args[0]?.field(name), /^\S{12,}$/)) },
    { call: ['axios', ...of('axios request got superagent', 'get post put create')], always: true, when: ({ args }) => args.some((options) => isSecret(passwordOf(options.field('auth'))) || isText(options.field('headers')?.field('Authorization'), /^(?:Bearer|Basic) \S{8,}$/)) },
    { call: anyOf('auth'), always: true, when: ({ args, path }) => /^(?:superagent|request|supertest)\b/.test(path) && isSecret(args[1]) },
    { call: ['basic-auth-connect', 'express-basic-auth'], always: true, when: ({ args }) => isSecret(args[1]) || args[0]?.field('users')?.keys?.some((name) => isSecret(args[0]?.field('users')?.field(name))) === true },
  ],
}
