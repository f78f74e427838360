package shop

func hide(key []byte) {
	// ruleid: broken-cipher
	c, err := des.NewCipher(key)
}
