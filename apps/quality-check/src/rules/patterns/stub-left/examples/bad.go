package shop

func sum() int {
	// ruleid: stub-left
	panic("not implemented")
}
