package shop

// ruleid: outdated-tls
var config = &tls.Config{MinVersion: tls.VersionTLS10}

func relax(config *tls.Config) {
	// ruleid: outdated-tls
	config.MinVersion = tls.VersionTLS11
}
