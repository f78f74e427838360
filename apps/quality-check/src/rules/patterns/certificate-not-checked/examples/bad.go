package shop

// ruleid: certificate-not-checked
var config = &tls.Config{InsecureSkipVerify: true}

func relax(config *tls.Config) {
	// ruleid: certificate-not-checked
	config.InsecureSkipVerify = true
}
