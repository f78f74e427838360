export const origins = [
  // ok: open-host-pattern
  /^https:\/\/shop\.example\.com$/,
  // ok: open-host-pattern
  /^https?:\/\/[a-z-]+\.example\.org\/(.*).html$/,
  // ok: open-host-pattern
  /^https:\/\/.+$/,
  // ok: open-host-pattern
  /^https?:\/\/(?:www\.)?example\.com\//,
  // ok: open-host-pattern
  /^https?:\/\/(?:.*\.)?example\.com$/,
]
