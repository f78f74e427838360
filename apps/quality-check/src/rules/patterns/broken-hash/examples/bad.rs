fn sum(b: &[u8]) {
    // ruleid: broken-hash
    let digest = md5::compute(b);
}
