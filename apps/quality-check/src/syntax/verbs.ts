/** Verbs of operations that change something. If such an operation fails unnoticed, the caller believes that it was done. */
export const changing = 'save|insert|upsert|create|store|persist|publish|submit|upload|post|patch|commit|charge|pay|refund|transfer|enqueue|send_?(?:[eE]?[mM]ails?|all)'

/** These change something only together with what they name. Alone, they are also methods of sockets, tables and screens. */
export const orders = 'save|insert|upsert|update|create|store|persist|publish|submit|upload|charge|pay|refund|import|migrate'

/** A function whose name says that it performs work, as opposed to answering a question. */
export const worksByName = /^_*(?:save|send|create|update|delete|remove|insert|write|upload|publish|charge|pay|sync|process|import|export|register|login|submit|apply|store|set|add|run|execute|migrate|backup|restore|install|handle)/i

/** A function whose name says that it ends something: what does not end is gone anyway. */
export const endsByName = /^_*(?:tear_?down|dispose|release|abort|cancel|kill|terminate|disconnect|destroy|shut_?down|unregister|unsubscribe|optional)(?=[A-Z_]|$)/

/** A call that asks a service or a database: that it cannot be asked is no answer. */
export const asksElsewhere = /(?:^|[._])(?:fetch|axios|requests?|session|\w*[cC]lient|\w*[aA]pi|db|database|conn|connection|cursor|pool|prisma|query|execute|objects|\w*[rR]epo(?:sitory)?|collection|https?|s3|redis|mailer|\w*[sS]ervice)(?=$|[.([])/
