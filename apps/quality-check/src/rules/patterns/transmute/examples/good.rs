fn f(x: u32) -> f32 {
    // ok: transmute
    f32::from_bits(x)
}
