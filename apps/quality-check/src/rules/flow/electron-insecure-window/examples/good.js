const { BrowserWindow } = require('electron')

// ok: electron-insecure-window
const main = new BrowserWindow({ width: 800, webPreferences: { preload, sandbox: true } })
// ok: electron-insecure-window
const other = new BrowserWindow({ webPreferences: { nodeIntegration: false, contextIsolation: true } })
