FROM debian:12
# ruleid: sudo-in-build
RUN sudo make install
# ruleid: sudo-in-build
RUN apt-get update && apt-get install -y sudo
