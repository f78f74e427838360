class Read {
    Object read(InputStream in) throws Exception {
        ObjectInputStream ois = new ObjectInputStream(in);
        // ruleid: untrusted-object-stream
        return ois.readObject();
    }
}
