class Sum {
    void sum() throws Exception {
        // ruleid: broken-hash
        MessageDigest.getInstance("MD5");
        // ruleid: broken-hash
        MessageDigest.getInstance("SHA-1");
    }
}
