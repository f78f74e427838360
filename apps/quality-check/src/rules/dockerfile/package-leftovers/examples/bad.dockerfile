FROM debian:12
# ruleid: package-leftovers
RUN apt-get update && apt-get install -y curl
# ruleid: package-leftovers
RUN apt-get update && apt-get install --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
