package shop

func save() {
	err := store()
	// ruleid: empty-error-branch
	if err != nil {
	}
}
