class Tokens {
    String newSessionToken() {
        // ok: predictable-secret
        return Long.toHexString(new SecureRandom().nextLong());
    }

    int throwDice() {
        // ok: predictable-secret
        return new Random().nextInt(6);
    }
}
