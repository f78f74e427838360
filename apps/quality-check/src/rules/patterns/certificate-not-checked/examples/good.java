class Trust implements X509TrustManager {
    // ok: certificate-not-checked
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        own.checkServerTrusted(chain, type);
    }

    void open() {
        // ok: certificate-not-checked
        sort((a, b) -> true);
    }
}
