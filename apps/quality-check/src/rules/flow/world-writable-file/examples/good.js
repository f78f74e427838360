const fs = require('fs')

// ok: world-writable-file
fs.chmodSync('/var/run/app.sock', 0o660)
// ok: world-writable-file
fs.mkdirSync('uploads', { recursive: true, mode: 0o755 })
