const axios = require('axios')
const grpc = require('@grpc/grpc-js')

// ruleid: insecure-transport
axios.post('http://api.shop.com/login', { user, password })
// ruleid: insecure-transport
const socket = new WebSocket('ws://chat.shop.com/live')
// ruleid: insecure-transport
const client = new Service('shop.com:50051', grpc.credentials.createInsecure())
