package shop

func newToken() int {
	// ruleid: predictable-secret
	return rand.Intn(1000000)
}
