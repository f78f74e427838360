class Save {
    void save() {
        try {
            store();
            // ruleid: empty-error-branch
        } catch (IOException e) {
        }
    }
    void mark() {
        try (var statement = connection.prepareStatement("UPDATE mails SET sent = true")) {
            statement.executeUpdate();
            // ruleid: empty-error-branch
        } catch (SQLException e) {
        }
    }
}
