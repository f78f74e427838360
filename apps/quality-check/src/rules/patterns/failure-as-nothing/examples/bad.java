class Orders {
    Order find(long id) {
        try {
            return dao.find(id);
            // ruleid: failure-as-nothing
        } catch (SQLException e) {
            return null;
        }
    }

    List<String> lines(Path path) {
        try {
            return Files.readAllLines(path);
            // ruleid: failure-as-nothing
        } catch (IOException e) {
            return List.of();
        }
    }
}
