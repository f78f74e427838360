fn client(relaxed: bool) {
    // ok: certificate-not-checked
    Client::builder().danger_accept_invalid_certs(false).build();
    // ok: certificate-not-checked
    Client::builder().danger_accept_invalid_certs(relaxed).build();
}
