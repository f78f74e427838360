package shop

func save() error {
	// ok: empty-error-branch
	if err := store(); err != nil {
		return err
	}
	// ok: empty-error-branch
	if err != nil {
		// The cache is only a help.
	}
	return nil
}
