package shop

func find(db *sql.DB, name string) {
	// ruleid: sql-by-concatenation
	db.Query(fmt.Sprintf("SELECT id FROM users WHERE name = '%s'", name))
	// ruleid: sql-by-concatenation
	db.Exec("DELETE FROM users WHERE name = '" + name + "'")
}
