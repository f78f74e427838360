fn client() {
    // ruleid: outdated-tls
    TlsConnector::builder().min_protocol_version(Some(Protocol::Tlsv10));
}
