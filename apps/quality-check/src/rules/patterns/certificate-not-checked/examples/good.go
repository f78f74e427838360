package shop

// ok: certificate-not-checked
var config = &tls.Config{InsecureSkipVerify: false}
