async fn find(pool: &Pool, name: &str) {
    // ruleid: sql-by-concatenation
    sqlx::query(&format!("SELECT id FROM users WHERE name = '{}'", name)).fetch_all(pool).await;
}
