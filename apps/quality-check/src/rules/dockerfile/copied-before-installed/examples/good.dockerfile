FROM node:24
COPY package.json package-lock.json ./
RUN npm ci
# ok: copied-before-installed
COPY . .
