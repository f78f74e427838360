/** Whether a path is that of a file with a fixed name in a folder that every user may write to. */
export const isShared = (path: string): boolean => /^\/(?:var\/)?tmp\/[\w.-]+$/.test(path) || /^\/dev\/shm\/[\w.-]+$/.test(path)

/** Functions in a cloud have the folder to themselves, and no other. */
export const ownsFolder = (text: string): boolean => /lambda|aws|boto|serverless|cloud[ _-]?(?:function|run)|functions[_-]framework|\bhandler\s*=|def handler\(|exports\.handler/i.test(text)
