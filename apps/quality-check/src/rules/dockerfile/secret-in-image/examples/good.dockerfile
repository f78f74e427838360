FROM debian:12
# ok: secret-in-image
ENV DB_PASSWORD_FILE=/run/secrets/db
# ok: secret-in-image
ARG NPM_TOKEN
# ok: secret-in-image
ENV DB_PASSWORD=$DB_PASSWORD
# ok: secret-in-image
ENV API_KEY=changeme
# ok: secret-in-image
ENV POSTHOG_TOKEN=phc_Qm4tZ8vKx2LsR7dWc9HbN3pJf6YgT1aVu5EoXi0BnMq
