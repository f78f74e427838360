const mysql = require('mysql2')
const jwt = require('jsonwebtoken')
const session = require('express-session')
const crypto = require('crypto')
const { Strategy } = require('passport-jwt')

// ruleid: hard-coded-credentials
const connection = mysql.createConnection({ host: 'db', user: 'root', password: 'tr0ub4dor&3' })
// ruleid: hard-coded-credentials
const token = jwt.sign({ id: 1 }, 'keyboard-cat-secret')
// ruleid: hard-coded-credentials
app.use(session({ secret: 'keyboard cat', resave: false }))
const key = 'c0mm0n-key-of-all'
// ruleid: hard-coded-credentials
const mac = crypto.createHmac('sha256', key)
// ruleid: hard-coded-credentials
passport.use(new Strategy({ jwtFromRequest: fromHeader, secretOrKey: 'shared-secret' }, verify))
