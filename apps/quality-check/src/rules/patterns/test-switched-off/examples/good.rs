// ok: test-switched-off
#[ignore = "needs a server"]
fn sums() {}
