// ruleid: test-switched-off
#[ignore]
fn sums() {}
