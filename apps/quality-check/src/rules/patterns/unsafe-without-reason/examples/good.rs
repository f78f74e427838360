fn first(p: *const u8) -> u8 {
    let a = 1;
    // SAFETY: the caller holds the buffer.
    unsafe { *p }
}

fn second(p: *const u8) -> u8 {
    // SAFETY: the caller holds the buffer.
    let b = unsafe { *p };
    b
}
// ok: unsafe-without-reason
fn third() {}
