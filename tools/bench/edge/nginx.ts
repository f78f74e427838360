/** nginx as a lower bound for the cost of a relay: one worker, keep-alive connections, no buffering. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { freePort } from '../../../libs/backing/src/index.ts'
import { startProgram, type Program } from './program.ts'

export async function startNginx({ folder, cacheFolder, provider }: { folder: string; cacheFolder: string; provider: string }): Promise<Program & { port: number }> {
  const binary = obtain(cacheFolder)
  const port = await freePort()
  const home = join(folder, 'nginx')
  mkdirSync(home, { recursive: true })
  const file = join(home, 'nginx.conf')
  writeFileSync(file, configuration(home, port, new URL(provider).host))
  const program = startProgram(binary, ['-p', home, '-c', file, '-e', join(home, 'error.log')], { core: 0 })
  return { ...program, port }
}

/** An installed nginx, or else the one from Debian's package, which is unpacked but not installed. */
function obtain(cacheFolder: string): string {
  for (const path of ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx']) if (existsSync(path)) return path
  const unpacked = join(cacheFolder, 'nginx')
  const program = join(unpacked, 'usr/sbin/nginx')
  if (!existsSync(program)) {
    mkdirSync(unpacked, { recursive: true })
    execFileSync('apt-get', ['-q', 'download', 'nginx'], { cwd: unpacked, stdio: 'ignore' })
    for (const archive of readdirSync(unpacked).filter((name) => name.endsWith('.deb'))) execFileSync('dpkg', ['-x', join(unpacked, archive), unpacked])
  }
  execFileSync(program, ['-v'], { stdio: 'ignore' })
  return program
}

function configuration(home: string, port: number, upstream: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${home}/${name};`).join(' ')
  return `daemon off; master_process off; worker_processes 1; worker_rlimit_nofile 20000; pid ${home}/pid; error_log ${home}/error.log crit;
events { worker_connections 19000; }
http {
  access_log off; ${temporary} client_max_body_size 32m; client_body_buffer_size 128k; keepalive_requests 1000000000; tcp_nodelay on;
  upstream provider { server ${upstream}; keepalive 1024; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / { proxy_pass http://provider; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; }
  }
}
`
}
