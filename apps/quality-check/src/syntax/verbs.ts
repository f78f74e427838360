/** What such a verb was to change stays as it was when it fails, and whoever asked for it believes that it is done. */
export const changing = 'save|insert|upsert|create|store|persist|publish|submit|upload|post|patch|commit|charge|pay|refund|transfer|enqueue|send_?(?:[eE]?[mM]ails?|all)'

/** These change something where they name it, and nothing is taken from them: alone they are written to sockets, tables and screens as well. */
export const orders = 'save|insert|upsert|update|create|store|persist|publish|submit|upload|charge|pay|refund|import|migrate'

/** A function that does work is not asked a question: its name says so. */
export const worksByName = /^_*(?:save|send|create|update|delete|remove|insert|write|upload|publish|charge|pay|sync|process|import|export|register|login|submit|apply|store|set|add|run|execute|migrate|backup|restore|install|handle)/i
