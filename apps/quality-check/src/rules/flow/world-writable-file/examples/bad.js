const fs = require('fs')

// ruleid: world-writable-file
fs.chmodSync('/var/run/app.sock', 0o777)
// ruleid: world-writable-file
fs.mkdirSync('uploads', { recursive: true, mode: 0o777 })
