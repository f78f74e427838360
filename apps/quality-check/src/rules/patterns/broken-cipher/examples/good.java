class Hide {
    void hide() throws Exception {
        // ok: broken-cipher
        Cipher.getInstance("AES/GCM/NoPadding");
    }
}
