FROM debian:12
# ok: remote-file-added
ADD tool.tar.gz /opt/
# ok: remote-file-added
ADD --checksum=sha256:0123456789abcdef https://host.net/tool.tar.gz /opt/
