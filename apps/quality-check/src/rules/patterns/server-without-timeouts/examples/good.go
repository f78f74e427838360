package shop

func main() {
	// ok: server-without-timeouts
	server := &http.Server{Addr: ":8080", ReadHeaderTimeout: 5 * time.Second}
	server.ListenAndServe()
}

func later() {
	// ok: server-without-timeouts
	server := &http.Server{Addr: ":8080"}
	server.ReadHeaderTimeout = 5 * time.Second
}
