# ok: unversioned-base
FROM node:24.3-slim AS build
# ok: unversioned-base
FROM scratch
# ok: unversioned-base
FROM build
ARG V
# ok: unversioned-base
FROM node:$V
