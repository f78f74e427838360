const https = require('https')
const axios = require('axios')
const { Client } = require('pg')

// ruleid: disabled-tls-verification
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
// ruleid: disabled-tls-verification
const agent = new https.Agent({ keepAlive: true, rejectUnauthorized: false })
// ruleid: disabled-tls-verification
const client = new Client({ connectionString: url, ssl: { rejectUnauthorized: false } })
const options = { hostname: 'internal', secureProtocol: 'TLSv1_method' }
// ruleid: disabled-tls-verification
https.request(options)
axios.get(url, { httpsAgent: agent })

module.exports.ask = (host, settings) => {
  const asked = { host }
  if (settings.insecure) {
    // ruleid: disabled-tls-verification
    asked.rejectUnauthorized = false
  }
  // ok: disabled-tls-verification
  return https.request(asked)
}
