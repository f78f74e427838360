FROM debian:12
# ok: sudo-in-build
RUN make install
