async fn find(pool: &Pool, name: &str) {
    // ok: sql-by-concatenation
    sqlx::query("SELECT id FROM users WHERE name = ?").bind(name).fetch_all(pool).await;
}
