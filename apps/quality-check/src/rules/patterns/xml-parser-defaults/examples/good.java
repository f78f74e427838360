class Read {
    void read(InputStream in) throws Exception {
        // ok: xml-parser-defaults
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        factory.newDocumentBuilder().parse(in);
    }
}
