fn load(path: &str) -> String {
    // ruleid: panic-on-failure
    std::fs::read_to_string(path).unwrap()
}
