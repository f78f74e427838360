FROM node:24
FROM debian:12
RUN useradd app
# ok: runs-as-root
USER app
CMD ["run"]
