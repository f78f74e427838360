FROM debian:12
# ok: login-port-exposed
EXPOSE 8022
