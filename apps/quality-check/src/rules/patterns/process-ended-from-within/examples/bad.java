class Shop {
    void load() {
        // ruleid: process-ended-from-within
        if (file == null) System.exit(1);
    }
}
