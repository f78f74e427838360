fn f(x: u32) -> f32 {
    // ruleid: transmute
    unsafe { std::mem::transmute(x) }
}
