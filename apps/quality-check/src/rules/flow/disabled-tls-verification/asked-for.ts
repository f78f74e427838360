/** Settings by which somebody says that certificates are not to be checked. The stage a program runs in is none. */
export const askedForBy = /insecure|verif|validat|unauthori[sz]ed|self_?signed|invalid|trust|strict|(?:check|allow|skip|ignore).*(?:cert|tls|ssl)|client_?cert/i
