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

class Notifier {
    boolean send(String to) {
        try {
            transport.send(to);
            // ruleid: empty-error-branch
        } catch (Exception e) {
            // ignore
        }
        return true;
    }
}

class Receipts {
    void save(Path path, String text) {
        try {
            Files.writeString(path, text);
            // ruleid: empty-error-branch
        } catch (IOException ignored) {
        }
    }
}
