class Sum {
    int sum() {
        // ok: stub-left
        throw new UnsupportedOperationException("the list cannot be changed");
    }
}
