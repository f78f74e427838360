fn client() {
    // ruleid: certificate-not-checked
    Client::builder().danger_accept_invalid_certs(true).build();
}
