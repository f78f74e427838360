FROM debian:12
# ok: package-leftovers
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
# ok: package-leftovers
RUN --mount=type=cache,target=/var/lib/apt apt-get install -y --no-install-recommends curl
