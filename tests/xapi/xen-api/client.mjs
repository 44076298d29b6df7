// Xen Orchestra's own client of xapi. First it prints the names of the VMs that it has learned of by
// its event loop; then for each line ["METHOD", ARGUMENT...] {"result"} or {"code", "params"}.
import { createInterface } from 'node:readline'
import { createClient } from 'xen-api'

const xapi = createClient({ url: process.argv[2], watchEvents: ['pool', 'host', 'VM'] })
const say = value => console.log(JSON.stringify(value))

await xapi.connect()
await xapi.objectsFetched
say(Object.values(xapi.objects.indexes.type.VM).map(vm => vm.name_label))
for await (const line of createInterface({ input: process.stdin })) {
  say(
    await xapi.call(...JSON.parse(line)).then(
      result => ({ result }),
      ({ code, params, message }) => ({ code, params, message })
    )
  )
}
await xapi.disconnect()
