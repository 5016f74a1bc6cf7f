/**
 * `node:http` for bundles. An ES module that imports it reads every one of its exports, `WebSocket` among them, and with that
 * Node loads all of undici: 11 MB of memory and some milliseconds of every start, for nothing. Asked for this way it loads what
 * is used. Bundlers put this in place of `node:http` (their setting `alias`).
 *
 * @see https://nodejs.org/docs/latest-v24.x/api/process.html#processgetbuiltinmoduleid
 */
module.exports = process.getBuiltinModule('node:http');
