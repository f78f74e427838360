class Run {
    void run(String name) throws Exception {
        // ok: shell-command-by-concatenation
        Runtime.getRuntime().exec(new String[] {"ls", name});
        // ok: shell-command-by-concatenation
        statement.exec("ls " + name);
    }
}
