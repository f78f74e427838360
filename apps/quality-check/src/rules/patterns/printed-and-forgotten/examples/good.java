class Save {
    void save() throws IOException {
        try {
            store();
            // ok: printed-and-forgotten
        } catch (IOException e) {
            e.printStackTrace();
            throw e;
        }
    }
}
