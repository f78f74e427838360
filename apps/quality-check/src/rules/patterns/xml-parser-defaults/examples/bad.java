class Read {
    void read(InputStream in) throws Exception {
        // ruleid: xml-parser-defaults
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.newDocumentBuilder().parse(in);
    }
}
