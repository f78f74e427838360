class Orders {
    Order find(long id) {
        try {
            return dao.find(id);
            // ok: failure-as-nothing
        } catch (SQLException e) {
            throw new StoreException(e);
        }
    }

    boolean isReadable(Path path) {
        try {
            return Files.size(path) > 0;
            // ok: failure-as-nothing
        } catch (IOException e) {
            return false;
        }
    }

    Integer parse(String text) {
        try {
            return Integer.valueOf(text);
            // ok: failure-as-nothing
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
