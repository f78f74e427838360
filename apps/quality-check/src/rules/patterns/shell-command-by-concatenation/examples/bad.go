package shop

func run(name string) {
	// ruleid: shell-command-by-concatenation
	exec.Command("sh", "-c", "ls "+name).Run()
	// ruleid: shell-command-by-concatenation
	exec.CommandContext(ctx, "/bin/bash", "-c", line)
}
