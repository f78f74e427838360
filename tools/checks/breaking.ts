import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/**
 * Names what proto/ takes away from those who compiled against proto/baseline.binpb. Compared with a committed image,
 * not with a branch: a clone that already holds the break would compare the break with itself.
 */
export function checkBreaking(root: string, proto = join(root, 'proto')): string[] {
  const buf = join(root, 'node_modules/.bin/buf')
  const { status, stdout, stderr } = spawnSync(buf, ['breaking', proto, '--against', join(root, 'proto/baseline.binpb')], { cwd: root, encoding: 'utf8' })
  if (status === 0) return []
  return `${stdout}${stderr}`.split('\n').filter((line) => line !== '')
}
