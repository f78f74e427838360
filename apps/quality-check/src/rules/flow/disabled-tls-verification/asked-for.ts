/** Names of settings with which a user disables certificate checks. The environment a program runs in (production, development) is not one of them. */
export const askedForBy = /insecure|verif|validat|unauthori[sz]ed|self_?signed|invalid|trust|strict|(?:check|allow|skip|ignore).*(?:cert|tls|ssl)|client_?cert/i
