import { once } from 'node:events'
import { takeLock } from '../src/platform/lock.ts'

// Tries for a lock at the moment named on its input, says what came of it, and lives until its input ends.
process.stdout.write('ready\n')
const [at] = (await once(process.stdin, 'data')) as [Buffer]
while (Date.now() < Number(at.toString()));
process.stdout.write('release' in takeLock(process.argv[2] ?? '') ? 'taken\n' : 'refused\n')
await once(process.stdin, 'end')
