const { BrowserWindow } = require('electron')

// ruleid: electron-insecure-window
const main = new BrowserWindow({ width: 800, webPreferences: { nodeIntegration: true } })
// ruleid: electron-insecure-window
const other = new BrowserWindow({ webPreferences: { contextIsolation: false, preload } })
