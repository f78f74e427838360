package shop

func main() {
	// ruleid: server-without-timeouts
	http.ListenAndServe(":8080", nil)
	// ruleid: server-without-timeouts
	server := &http.Server{Addr: ":8080"}
	server.ListenAndServe()
}
