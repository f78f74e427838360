import { PageFormat } from '@elder/contracts/quality'
import { ServiceError } from '@elder/errors'
import type { Database } from '@elder/postgres'
import { readHistory } from '../history/history.ts'
import type { QualityMethods } from './methods.ts'

/** A page for people on what is known of a repository. `database` throws while there is none. */
export const reportMethods = (database: () => Database, now: () => Date): Required<Pick<QualityMethods, 'getReportPage'>> => ({
  async getReportPage({ repository, format }) {
    if (repository === '') throw new ServiceError('invalid_argument', "repository is empty: send the origin URL or the folder's name, as checks do", { field: 'repository' })
    const [history, { reportPage }] = await Promise.all([readHistory(database(), repository), import('../report-page/page.ts')])
    return reportPage(repository, history, format === PageFormat.PAGE_FORMAT_MARKDOWN ? 'markdown' : 'html', now())
  },
})
