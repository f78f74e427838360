FROM debian:12
# ruleid: world-writable-in-image
RUN mkdir /data && chmod -R 777 /data
# ruleid: world-writable-in-image
COPY --chmod=777 run.sh /
