FROM node:24
# ruleid: runs-as-root
FROM debian:12
RUN useradd app
CMD ["run"]
