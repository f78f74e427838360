package shop

func run(name string) {
	// ok: shell-command-by-concatenation
	exec.Command("ls", name).Run()
	// ok: shell-command-by-concatenation
	exec.Command("sh", "-c", "ls | wc -l")
}
