const mysql = require('mysql2')
const jwt = require('jsonwebtoken')
const session = require('express-session')
const crypto = require('crypto')

// ok: hard-coded-credentials
const connection = mysql.createConnection({ host: 'db', user: 'root', password: process.env.DB_PASSWORD })
// ok: hard-coded-credentials
const token = jwt.sign({ id: 1 }, process.env.JWT_SECRET)
// ok: hard-coded-credentials
app.use(session({ secret: config.session.secret, resave: false }))
// ok: hard-coded-credentials
const mac = crypto.createHmac('sha256', crypto.randomBytes(32))
