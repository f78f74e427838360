FROM node:24
# ok: shell-form-entry
ENTRYPOINT ["node", "main.js"]
