package shop

func f() {
	// ruleid: error-dropped
	_ = store.Save(order)
}
