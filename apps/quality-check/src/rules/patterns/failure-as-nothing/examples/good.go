package store

func Read(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	// ok: failure-as-nothing
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	// ok: failure-as-nothing
	if err != nil {
		return nil, err
	}
	return data, nil
}

func parseIP(text string) net.IP {
	ip, _, err := net.ParseCIDR(text)
	// ok: failure-as-nothing
	if err != nil {
		return nil
	}
	return ip
}

func Walk(root string) error {
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		// ok: failure-as-nothing
		if err != nil {
			return nil
		}
		return nil
	})
}

func Size(path string) (int64, error) {
	// ok: failure-as-nothing
	one := 1; if _, err := os.Stat(path); err != nil {
		return 0, nil
	}
	return measure(path)
}

func Sync(s *Store) error {
	err := s.push()
	// The next round tries again: a push that fails is no failure of the round.
	// ok: failure-as-nothing
	if err != nil {
		return nil
	}
	return s.done()
}
