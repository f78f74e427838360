FROM node:24
# ruleid: shell-form-entry
ENTRYPOINT node main.js
