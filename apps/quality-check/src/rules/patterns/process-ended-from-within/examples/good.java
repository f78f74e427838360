class Shop {
    public static void main(String[] args) {
        // ok: process-ended-from-within
        System.exit(run(args));
    }
}
