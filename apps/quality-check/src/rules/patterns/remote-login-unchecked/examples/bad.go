package shop

// ruleid: remote-login-unchecked
var config = &ssh.ClientConfig{HostKeyCallback: ssh.InsecureIgnoreHostKey()}
