package shop

func hide(key []byte) {
	// ok: broken-cipher
	c, err := aes.NewCipher(key)
}
