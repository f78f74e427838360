class SumTest {
    // ruleid: test-switched-off
    @Disabled
    @Test
    void sums() {}
}
