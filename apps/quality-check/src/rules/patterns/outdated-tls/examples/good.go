package shop

// ok: outdated-tls
var config = &tls.Config{MinVersion: tls.VersionTLS12}
