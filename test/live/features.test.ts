import { existsSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { bindings } from '../harness/binding.ts'
import { live } from '../harness/live.ts'
import { succeeded } from '../harness/outcome.ts'
import { run } from '../harness/run.ts'

const nobody = 65534

for (const { name, command } of bindings)
  live(
    `${name}: everybody can query the features, without a state folder, an environment or a message on stderr`,
    async () => {
      const text = succeeded(await run([...command, 'features'], { uid: nobody, env: {}, cwd: '/' }))
      assert.ok(
        text.startsWith(
          '{\n    "ociVersionMin": "1.0.0",\n    "ociVersionMax": "1.3.0",\n    "hooks": [\n        "prestart",\n',
        ),
      )
      assert.ok(text.endsWith('\n}\n'))
      assert.is(`${JSON.stringify(JSON.parse(text), undefined, 4)}\n`, text)
      assert.not(existsSync('/run/ocits'))
    },
  )

test.run()
