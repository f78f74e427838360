// ruleid: unsafe-without-reason
fn first(p: *const u8) -> u8 { unsafe { *p } }
