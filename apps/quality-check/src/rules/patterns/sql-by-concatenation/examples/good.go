package shop

func find(db *sql.DB, name string) {
	// ok: sql-by-concatenation
	db.Query("SELECT id FROM users WHERE name = ?", name)
	// ok: sql-by-concatenation
	db.Exec("DELETE FROM users " + "WHERE id = 1")
	// ok: sql-by-concatenation
	db.Query(fmt.Sprintf("SELECT id FROM users LIMIT %d", 10))
}

func told(name string) {
	// ok: sql-by-concatenation
	text := fmt.Sprintf("select %s in the list", name)
	fmt.Println(text)
}

func quoted(db *sql.DB, table string) {
	// ok: sql-by-concatenation
	db.Query(fmt.Sprintf("SELECT id FROM %s", pq.QuoteIdentifier(table)))
}
