class Client {
    void open() {
        // ruleid: outdated-tls
        SSLContext context = SSLContext.getInstance("TLSv1");
    }
}
