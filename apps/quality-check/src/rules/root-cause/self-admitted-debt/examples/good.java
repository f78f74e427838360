class Shop {
    // ok: self-admitted-debt
    // creates a temporary file
    int one;
    // ok: self-admitted-debt
    String two = "// TODO: in a string";
    // ok: self-admitted-debt
    /** Returns the todo list of the user. */
    int three;
    // ok: self-admitted-debt
    // TODO(#412): take the rate of the day
    int four;
    // ok: self-admitted-debt
    // remove the listener when the window is closed
    int five;
    // ok: self-admitted-debt
    String six = "http://shop.example/fixme"; // the shop's door
}
