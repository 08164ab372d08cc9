// A server of the network on loopback, without the part that shows other people's posts: that is the address in APPVIEW.
// Prints its own address once it answers, and ends when standard input does.
import { TestNetworkNoAppView } from '@atproto/dev-env'

const network = await TestNetworkNoAppView.create({
  pds: { bskyAppViewUrl: process.env.APPVIEW, bskyAppViewDid: 'did:web:appview.test' },
})
console.log(`AT ${network.pds.url}`)
process.stdin.resume()
process.stdin.on('end', async () => {
  await network.close()
  process.exit(0)
})
