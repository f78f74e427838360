fn f() {
    // ok: error-dropped
    let _ = channel.send(order);
    // ok: error-dropped
    let saved = store.save(order);
}
