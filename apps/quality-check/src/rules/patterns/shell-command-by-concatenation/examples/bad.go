package shop

func run(name string) {
	// ruleid: shell-command-by-concatenation
	exec.Command("sh", "-c", "ls "+name).Run()
	// ruleid: shell-command-by-concatenation
	exec.CommandContext(ctx, "/bin/bash", "-c", line)
}

func dump(w http.ResponseWriter, r *http.Request) {
	// ruleid: shell-command-by-concatenation
	exec.Command("sh", "-c", "pg_dump "+r.FormValue("database")).Output()
}
