const { exec } = require('child_process'); const mysql = require('mysql')
exports.handler = async (event, context) => {
  // ruleid: command
  exec('ls ' + event.body.dir)
  const c = mysql.createConnection({})
  // ruleid: sql
  c.query(`select * from a where b = '${event.queryStringParameters.b}'`, () => {})
  // ruleid: eval
  eval(event.body)
  // ok: sql
  c.query('select * from a where b = ?', [event.queryStringParameters.b], () => {})
  // ruleid: xss
  return { statusCode: 200, headers: { 'content-type': 'text/html' }, body: `<p>${event.body.name}</p>` }
}
