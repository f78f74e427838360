class Trust implements X509TrustManager {
    // ruleid: certificate-not-checked
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    void open(HttpsURLConnection c) {
        // ruleid: certificate-not-checked
        c.setHostnameVerifier((host, session) -> true);
        // ruleid: certificate-not-checked
        builder.setSSLHostnameVerifier(NoopHostnameVerifier.INSTANCE);
    }
}
