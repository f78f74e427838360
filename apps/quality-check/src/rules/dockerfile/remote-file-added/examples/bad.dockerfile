FROM debian:12
# ruleid: remote-file-added
ADD https://host.net/tool.tar.gz /opt/
