package shop

func find(db *sql.DB, name string) {
	// ruleid: sql-by-concatenation
	db.Query(fmt.Sprintf("SELECT id FROM users WHERE name = '%s'", name))
	// ruleid: sql-by-concatenation
	db.Exec("DELETE FROM users WHERE name = '" + name + "'")
}

func byName(db *sql.DB, name string) {
	// ruleid: sql-by-concatenation
	query := fmt.Sprintf("SELECT * FROM shops WHERE name = '%s'", name)
	db.Query(query)
	// ruleid: sql-by-concatenation
	query = "DELETE FROM shops WHERE name = '" + name + "'"
	db.Exec(query)
}

func asked(db *sql.DB, w http.ResponseWriter, r *http.Request) {
	// ruleid: sql-by-concatenation
	db.Query("SELECT name FROM users WHERE id = " + r.URL.Query().Get("id"))
	name := r.FormValue("name")
	// ruleid: sql-by-concatenation
	db.Exec("DELETE FROM users WHERE name = '" + name + "'")
}

func withStatus(db *sql.DB, w http.ResponseWriter, r *http.Request) {
	status := r.FormValue("status")
	// ruleid: sql-by-concatenation
	rows, err := db.Query("SELECT id, status FROM orders WHERE status = '" + status + "'")
	show(w, rows, err)
}
