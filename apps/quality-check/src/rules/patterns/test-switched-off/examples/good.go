package shop

func TestSums(t *testing.T) {
	// ok: test-switched-off
	t.Skip("needs a server: #41")
}

func TestSpeed(t *testing.T) {
	if testing.Short() {
		// ok: test-switched-off
		t.Skip()
	}
}
