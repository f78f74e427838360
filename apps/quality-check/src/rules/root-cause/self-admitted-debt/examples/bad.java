class Shop {
    // ruleid: self-admitted-debt
    /* HACK: the parser gives null here */
    int one;

    int two; // ugly, but there is no other event // ruleid: self-admitted-debt

    /**
     * Sums up.
     // ruleid: self-admitted-debt
     * @todo handle negative numbers
     */
    int sum() { return 0; }
}
