package shop

func TestSum(t *testing.T) {
	// ruleid: test-switched-off
	t.Skip()
}
