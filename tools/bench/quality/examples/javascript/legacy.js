var http = require('http'), url = require('url'), qs = require('querystring'), cp = require('child_process'), fs = require('fs')
http.createServer(function (req, res) {
  var q = url.parse(req.url, true).query
  // ruleid: flaw
  cp.exec('ls ' + q.dir, function () {})
  // ruleid: flaw
  fs.readFile(__dirname + q.file, function () {})
  res.writeHead(200, { 'Content-Type': 'text/html' })
  // ruleid: flaw
  res.write('<b>' + q.name + '</b>')
  var body = ''
  req.on('data', function (d) { body += d })
  req.on('end', function () {
    var post = qs.parse(body)
    // ruleid: flaw
    eval('(' + post.json + ')')
    // ok: sound
    JSON.parse(post.json)
  })
  // ruleid: flaw
  res.writeHead(302, { Location: q.next })
}).listen(8080)
