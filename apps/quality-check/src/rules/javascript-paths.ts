/** Path patterns that several JavaScript rules use. */
const words = (list: string): string[] => list.trim().split(/\s+/)

/** "a b" under "fs." */
export const of = (objects: string, names: string): string[] => words(objects).flatMap((object) => words(names).map((name) => `${object}.${name}`))
export const anyOf = (names: string): string[] => words(names).map((name) => `**.${name}`)

// Methods of a response that return the response, for chaining.
const chained = ['', '.status()', '.set()', '.type()', '.header()', '.contentType()', '.code()', '.cookie()', '.setHeader()', '.append()']

/** Methods of the response object, in every framework. */
export const ofResponse = (names: string): string[] => words(names).flatMap((name) => ['http.response', 'fastify.reply', 'res', 'response', 'reply', 'hapi.toolkit', '**.res', '**.response', 'koa.context'].flatMap((object) => chained.map((call) => `${object}${call}.${name}`)))

export const fileReaders = 'readFile readFileSync createReadStream open openSync readdir readdirSync opendir opendirSync readlink readlinkSync'
export const fileWriters = 'writeFile writeFileSync appendFile appendFileSync createWriteStream unlink unlinkSync rm rmSync rmdir rmdirSync mkdir mkdirSync rename renameSync copyFile copyFileSync truncate chmod chmodSync chown symlink symlinkSync outputFile outputFileSync outputJson remove removeSync move copy copySync emptyDir readJson readJsonSync writeJson writeJsonSync ensureDir ensureFile cp cpSync utimes watch watchFile'
/** These read metadata of a file, not its content. */
export const fileQuestions = 'stat statSync lstat lstatSync access accessSync exists existsSync'
