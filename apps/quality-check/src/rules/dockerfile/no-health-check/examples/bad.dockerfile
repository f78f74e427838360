# ruleid: no-health-check
FROM nginx:1.29
EXPOSE 80
