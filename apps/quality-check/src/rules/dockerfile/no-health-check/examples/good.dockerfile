# ok: no-health-check
FROM nginx:1.29
EXPOSE 80
HEALTHCHECK CMD curl -f http://localhost/
