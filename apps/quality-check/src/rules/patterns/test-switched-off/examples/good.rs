// ok: test-switched-off
#[ignore = "needs a server"]
fn sums() {}

// ok: test-switched-off
#[ignore] // needs a server
fn counts() {}
