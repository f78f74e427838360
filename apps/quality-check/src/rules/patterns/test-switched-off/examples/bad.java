class SumTest {
    // ruleid: test-switched-off
    @Disabled
    void sums() {}
}
