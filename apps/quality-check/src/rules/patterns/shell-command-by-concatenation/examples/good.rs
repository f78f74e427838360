fn run(name: &str) {
    // ok: shell-command-by-concatenation
    Command::new("ls").arg(name).output();
    // ok: shell-command-by-concatenation
    Command::new("sh").arg("-c").arg("ls | wc -l").output();
}
