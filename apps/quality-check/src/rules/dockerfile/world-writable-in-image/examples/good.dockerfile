FROM debian:12
# ok: world-writable-in-image
RUN chmod 755 /data
