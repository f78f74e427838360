class Hide {
    void hide() throws Exception {
        // ruleid: broken-cipher
        Cipher.getInstance("AES/ECB/PKCS5Padding");
        // ruleid: broken-cipher
        Cipher.getInstance("DES");
    }
}
