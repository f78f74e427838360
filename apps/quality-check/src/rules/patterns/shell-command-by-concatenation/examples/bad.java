class Run {
    void run(String name) throws Exception {
        // ruleid: shell-command-by-concatenation
        Runtime.getRuntime().exec("ls " + name);
        // ruleid: shell-command-by-concatenation
        Runtime.getRuntime().exec(new String[] {"sh", "-c", "ls " + name});
    }
}
