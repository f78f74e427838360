class Read {
    Object read(InputStream in) throws Exception {
        // ok: untrusted-object-stream
        return mapper.readValue(in, Order.class);
    }

    private void readObject(ObjectInputStream ois) throws Exception {
        // ok: untrusted-object-stream
        this.name = (String) ois.readObject();
    }
}
