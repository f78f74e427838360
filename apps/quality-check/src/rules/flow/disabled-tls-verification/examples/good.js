const https = require('https')
const { Client } = require('pg')

// ok: disabled-tls-verification
const agent = new https.Agent({ ca: authority })
// ok: disabled-tls-verification
const client = new Client({ connectionString: url, ssl: { rejectUnauthorized: true, ca: authority } })
// ok: disabled-tls-verification
https.request({ hostname: 'internal', minVersion: 'TLSv1.2', agent })

// ok: disabled-tls-verification
https.createServer({ key, cert, rejectUnauthorized: false }, handle).listen(8443)
