fn run(name: &str) {
    // ruleid: shell-command-by-concatenation
    Command::new("sh").arg("-c").arg(format!("ls {}", name)).output();
}
