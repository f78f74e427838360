import { runService } from '@elder/lifecycle'
import { loadConfig } from './config.ts'
import { start } from './service.ts'

await runService(() => start(loadConfig(process.env)))
