package shop

func read(names []string) {
	// ok: defer-in-loop
	defer done()
	for _, name := range names {
		func() {
			// ok: defer-in-loop
			defer done()
		}()
	}
}
