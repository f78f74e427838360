FROM debian:12
# ruleid: secret-in-image
ENV DB_PASSWORD=w1nterland
# ruleid: secret-in-image
ARG NPM_TOKEN="x81kd02ms71"
# ruleid: secret-in-image
ENV LANG=C API_KEY=k28s91xs82
