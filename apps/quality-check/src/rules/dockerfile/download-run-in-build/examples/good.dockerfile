FROM debian:12
# ok: download-run-in-build
RUN curl -fsSLo tool https://host.net/tool && echo "abc  tool" | sha256sum -c
