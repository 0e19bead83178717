// The cold module of the static binary imports this file as `yargs` (an alias of the bundler): unchanged yargs, on a platform
// without files, process, Intl or String.prototype.normalize. It only parses; src/cli/help.ts prints the help.
import { YargsFactory } from '../node_modules/yargs/build/lib/yargs-factory.js'
import Parser from '../node_modules/yargs-parser/browser.js'

const refused = (what) => () => {
  throw new Error(`${what} is not there`)
}

const format = (text, ...values) => values.reduce((done, value) => done.replace('%s', value), text)

const shim = {
  assert: { notStrictEqual: () => undefined, strictEqual: () => undefined },
  cliui: refused('a help text'),
  findUp: () => undefined,
  getCallerFile: refused('the caller'),
  getEnv: () => undefined,
  getProcessArgvBin: () => 'ocits',
  inspect: String,
  mainFilename: 'ocits',
  Parser,
  path: {
    basename: (path) => path,
    dirname: () => '',
    extname: () => '',
    relative: (_from, to) => to,
    resolve: (path) => path,
  },
  process: {
    argv: () => ['ocits', 'ocits'],
    cwd: () => '/',
    emitWarning: () => undefined,
    execPath: () => 'ocits',
    exit: refused('exit'),
    nextTick: refused('nextTick'),
    stdColumns: 80,
  },
  readFileSync: refused('a file system'),
  readdirSync: refused('a file system'),
  require: refused('require'),
  stringWidth: (text) => text.length,
  y18n: {
    __: format,
    __n: (one, many, count, ...values) => format(count === 1 ? one : many, ...values),
    getLocale: () => 'en',
    setLocale: () => undefined,
    updateLocale: () => undefined,
  },
}

// biome-ignore lint/style/noDefaultExport: yargs is imported by its default export.
export default YargsFactory(shim)
