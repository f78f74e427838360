fn f() {
    // ruleid: error-dropped
    let _ = store.save(order);
}
