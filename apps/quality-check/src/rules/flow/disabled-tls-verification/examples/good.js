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

// ok: disabled-tls-verification
https.get('https://localhost:8443/health', { rejectUnauthorized: false }, report)
// ok: disabled-tls-verification
https.request({ host: '127.0.0.1', path: '/health', rejectUnauthorized: false })

// ok: disabled-tls-verification
https.request({ host, [symbols.untraced]: true })
