class Users {
    void find(Connection c, String name) throws Exception {
        // ok: sql-by-concatenation
        PreparedStatement st = c.prepareStatement("SELECT id FROM users " + "WHERE name = ?");
        // ok: sql-by-concatenation
        log.update("selected " + name);
    }
}
