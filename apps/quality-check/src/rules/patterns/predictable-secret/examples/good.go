package shop

func shuffle() int {
	// ok: predictable-secret
	return rand.Intn(52)
}
