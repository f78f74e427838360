class Sum {
    void sum() throws Exception {
        // ok: broken-hash
        MessageDigest.getInstance("SHA-256");
    }
}
