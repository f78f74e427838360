# ruleid: unversioned-base
FROM node
# ruleid: unversioned-base
FROM corp.net:5000/shop:latest
