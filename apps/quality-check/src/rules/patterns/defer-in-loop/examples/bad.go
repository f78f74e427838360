package shop

func read(names []string) {
	for _, name := range names {
		file, _ := os.Open(name)
		// ruleid: defer-in-loop
		defer file.Close()
	}
}
