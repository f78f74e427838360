export const origins = [
  // ruleid: open-host-pattern
  /^https:\/\/shop.example.com$/,
  // ruleid: open-host-pattern
  /^(http|https):\/\/(www|cdn).example.org\/assets/,
  // ruleid: open-host-pattern
  /^https?:\/\/(?:www.)?example\.com\//,
]
