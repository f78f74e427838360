// Packages that are drop-in replacements of another one, with the same function names.
const sameAs: Readonly<Record<string, string>> = {
  'fs-extra': 'fs',
  'graceful-fs': 'fs',
  'node-fetch': 'fetch',
  'cross-fetch': 'fetch',
  'isomorphic-fetch': 'fetch',
  'request-promise': 'request',
  'request-promise-native': 'request',
  jquery: '$',
  'lodash-es': 'lodash',
  underscore: 'lodash',
  bcryptjs: 'bcrypt',
  mysql2: 'mysql',
  'mysql2/promise': 'mysql',
  'promise-mysql': 'mysql',
  'puppeteer-core': 'puppeteer',
  'puppeteer-extra': 'puppeteer',
  'playwright-core': 'playwright',
  '@playwright/test': 'playwright',
  'isomorphic-dompurify': 'dompurify',
  DOMPurify: 'dompurify',
  '@xmldom/xmldom': 'xmldom',
  libxmljs2: 'libxmljs',
  jade: 'pug',
  'cross-spawn': 'child_process.spawn',
}

// Exports that are global as well.
const globals = new Set(['url.URL', 'url.URLSearchParams', 'buffer.Buffer', 'buffer.atob', 'buffer.btoa', 'util.TextDecoder', 'util.TextEncoder'])

/** The canonical path of a module's export: `import { URL } from 'node:url'` is the global `URL`. */
export function exportPath(module: string, name: string): string {
  const path = `${module}.${name}`
  return globals.has(path) ? name : path
}

/**
 * The canonical path of a module: "node:fs/promises" is "fs.promises", "./lib/db.js" is "local:lib/db". `as` is the local name of a relative module's
 * default export, which is more informative than a path such as "./escape-html".
 */
export function modulePath(source: string, as?: string): string {
  const name = source.replace(/^node:/, '')
  if (/^\.{0,2}\//.test(name) || name === '.' || name === '..' || /^[@~]\//.test(name)) {
    const place = name.replace(/^[@~]?[./]*/, '').replace(/\.[cm]?[jt]sx?$/, '').replaceAll('.', '-')
    return as === undefined ? `local:${place}` : `local:${place}.${as}`
  }
  const known = sameAs[name]
  if (known !== undefined) return known
  const scoped = name.startsWith('@')
  const parts = name.split('/')
  const top = parts.slice(0, scoped ? 2 : 1).join('/')
  const rest = parts.slice(scoped ? 2 : 1).map((part) => part.replace(/\.[cm]?js$/, ''))
  return [sameAs[top] ?? top, ...rest].join('.')
}
