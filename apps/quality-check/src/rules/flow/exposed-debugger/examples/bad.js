const puppeteer = require('puppeteer')

// ruleid: exposed-debugger
puppeteer.launch({ headless: true, args: ['--remote-debugging-port=9222', '--remote-debugging-address=0.0.0.0'] })
