FROM debian:12
# ruleid: login-port-exposed
EXPOSE 80 22
