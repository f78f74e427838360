package shop

func f() {
	// ok: error-dropped
	_ = file.Close()
	// ok: error-dropped
	err := store.Save(order)
	// ok: error-dropped
	defer func() { _ = tx.Rollback() }()
}
