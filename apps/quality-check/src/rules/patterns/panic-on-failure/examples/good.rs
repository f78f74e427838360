fn load(path: &str) -> Result<String, Error> {
    // ok: panic-on-failure
    Ok(std::fs::read_to_string(path)?)
}

#[test]
fn loads() {
    // ok: panic-on-failure
    load("a").unwrap();
}

mod tests {
    fn helper() {
        // ok: panic-on-failure
        load("a").unwrap();
    }
}

fn render(name: &str) -> String {
    let mut text = String::new();
    // ok: panic-on-failure
    write!(text, "{name}").unwrap();
    // ok: panic-on-failure
    text.write_str(name).unwrap();
    text
}
