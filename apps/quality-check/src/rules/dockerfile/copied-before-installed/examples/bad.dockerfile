FROM node:24
# ruleid: copied-before-installed
COPY . .
RUN npm ci
