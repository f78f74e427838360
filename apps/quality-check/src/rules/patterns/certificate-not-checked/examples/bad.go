package shop

// ruleid: certificate-not-checked
var config = &tls.Config{InsecureSkipVerify: true}
