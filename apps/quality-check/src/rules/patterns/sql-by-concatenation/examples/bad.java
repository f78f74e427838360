class Users {
    void find(Statement st, Connection c, String name) throws Exception {
        // ruleid: sql-by-concatenation
        st.executeQuery("SELECT id FROM users WHERE name = '" + name + "'");
        // ruleid: sql-by-concatenation
        c.prepareStatement(String.format("SELECT id FROM users WHERE name = '%s'", name));
    }

    void asked(Statement st, HttpServletRequest request) throws Exception {
        // ruleid: sql-by-concatenation
        st.executeQuery("SELECT id FROM users WHERE name = '" + request.getParameter("name") + "'");
    }

    void withStatus(Statement st, HttpServletRequest request) throws Exception {
        String status = request.getParameter("status");
        // ruleid: sql-by-concatenation
        st.executeQuery("SELECT id, status FROM orders WHERE status = '" + status + "'");
    }
}
