const puppeteer = require('puppeteer')

// ok: exposed-debugger
puppeteer.launch({ headless: true, args: ['--remote-debugging-port=9222'] })
