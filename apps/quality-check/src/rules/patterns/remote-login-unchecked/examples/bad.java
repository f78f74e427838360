class Upload {
    void open(Session session) {
        // ruleid: remote-login-unchecked
        session.setConfig("StrictHostKeyChecking", "no");
    }
}
