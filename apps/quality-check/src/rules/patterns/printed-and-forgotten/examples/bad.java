class Save {
    void save() {
        try {
            store();
            // ruleid: printed-and-forgotten
        } catch (IOException e) {
            e.printStackTrace();
        }
    }
}
