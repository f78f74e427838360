FROM debian:12
# ruleid: download-run-in-build
RUN curl -fsSL https://host.net/install | sh
# ruleid: download-run-in-build
RUN apt-get update \
    && wget -qO- https://host.net/install | bash -s -- -y
