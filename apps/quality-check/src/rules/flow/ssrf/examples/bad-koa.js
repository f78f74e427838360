import axios from 'axios'
import Koa from 'koa'

const app = new Koa()

app.use(async (ctx) => {
  // ruleid: ssrf
  const { data } = await axios.get(`https://${ctx.query.region}/v1/stations`)
  ctx.body = data
})
