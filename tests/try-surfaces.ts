import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync, cpSync } from 'node:fs'
import { bringUp } from './platform.ts'
const p = await bringUp()
try {
  const dir = mkdtempSync('/tmp/surf/own-')
  const env = { PATH: process.env.PATH ?? '' }
  const run = (args: string[], cwd = dir) => spawnSync(p.checkout + '/elder', args, { cwd, env, encoding: 'utf8' })
  writeFileSync(dir + '/bad.py', 'import os\n\ndef f(x):\n    try:\n        return eval(x)\n    except:\n        pass\n')
  execFileSync('git', ['init', '-q', dir])
  let r = run(['check', 'bad.py']); console.log(r.stderr + r.stdout)
  for (const args of [['check', 'bad.py'], ['check', '--format', 'aider', 'bad.py'], ['check', '--staged']]) {
    const t: number[] = []
    for (let i = 0; i < 25; i++) { const s = performance.now(); run(args); t.push(performance.now() - s) }
    t.sort((a, b) => a - b); console.log(args.join(' '), 'p50', t[12]?.toFixed(0), 'min', t[0]?.toFixed(0), 'p90', t[22]?.toFixed(0))
  }
  for (const part of ['apps/cli/src', 'apps/edge-proxy/src', 'apps/quality-check/src/report-page']) cpSync('/work/wt/surfaces/' + part, dir + '/' + part, { recursive: true })
  const s = performance.now()
  r = run(['check', '--whole', 'apps']); console.log(r.stderr + r.stdout, 'took', (performance.now() - s).toFixed(0))
} finally { await p.dispose() }
