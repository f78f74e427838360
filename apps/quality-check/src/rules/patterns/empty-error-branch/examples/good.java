class Save {
    void save() {
        try {
            store();
            // ok: empty-error-branch
        } catch (IOException ignored) {
        }
        try {
            store();
            // ok: empty-error-branch
        } catch (IOException e) {
            // The cache is only a help.
        }
    }
}
