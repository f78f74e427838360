class Client {
    void open() {
        // ok: outdated-tls
        SSLContext context = SSLContext.getInstance("TLSv1.3");
    }
}
