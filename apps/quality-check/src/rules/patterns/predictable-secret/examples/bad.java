class Tokens {
    String newSessionToken() {
        // ruleid: predictable-secret
        return Long.toHexString(new Random().nextLong());
    }
}
