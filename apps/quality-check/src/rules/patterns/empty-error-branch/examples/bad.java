class Save {
    void save() {
        try {
            store();
            // ruleid: empty-error-branch
        } catch (IOException e) {
        }
    }
}
