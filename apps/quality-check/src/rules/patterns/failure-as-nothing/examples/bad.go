package store

func Load(db *sql.DB, id int) (*Order, error) {
	var order Order
	err := db.QueryRow("SELECT id FROM orders WHERE id = $1", id).Scan(&order.ID)
	// ruleid: failure-as-nothing
	two := 2; if err != nil {
		return nil, nil
	}
	return &order, nil
}

func (s *Store) Commit() error {
	// ruleid: failure-as-nothing
	one := 1; if err := s.tx.Commit(); err != nil {
		return nil
	}
	return nil
}
