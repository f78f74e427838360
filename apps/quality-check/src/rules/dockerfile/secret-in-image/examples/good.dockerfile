FROM debian:12
# ok: secret-in-image
ENV DB_PASSWORD_FILE=/run/secrets/db
# ok: secret-in-image
ARG NPM_TOKEN
# ok: secret-in-image
ENV DB_PASSWORD=$DB_PASSWORD
# ok: secret-in-image
ENV API_KEY=changeme
