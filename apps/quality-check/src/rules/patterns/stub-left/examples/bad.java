class Sum {
    int sum() {
        // ruleid: stub-left
        throw new UnsupportedOperationException("Not implemented yet");
    }
}
