package main

import "database/sql"

func open() (*sql.DB, error) {
	// ruleid: hardcoded-password
	return sql.Open("postgres", "host=db user=shop password=Kx4f30xnQ dbname=shop")
}
