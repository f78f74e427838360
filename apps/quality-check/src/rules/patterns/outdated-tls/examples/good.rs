fn client() {
    // ok: outdated-tls
    TlsConnector::builder().min_protocol_version(Some(Protocol::Tlsv12));
}
