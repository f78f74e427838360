package shop

func TestSum(t *testing.T) {
	// ok: test-switched-off
	t.Skip("needs a server: #41")
	if testing.Short() {
		// ok: test-switched-off
		t.Skip()
	}
}
