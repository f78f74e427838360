const axios = require('axios')
const grpc = require('@grpc/grpc-js')

// ok: insecure-transport
axios.post('https://api.shop.com/login', { user, password })
// ok: insecure-transport
axios.get('http://localhost:3000/health')
// ok: insecure-transport
const socket = new WebSocket('wss://chat.shop.com/live')
// ok: insecure-transport
const client = new Service('shop.com:50051', grpc.credentials.createSsl())
