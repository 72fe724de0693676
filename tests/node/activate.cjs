// Loads a packed extension beside a stand-in for the editor, and prints which program it would start, trusted or not.
"use strict";
const Module = require("module");

const [folder, trusted] = process.argv.slice(2);
const started = [];
let grant;
const editor = {
  workspace: {
    isTrusted: trusted === "trusted",
    getConfiguration: () => ({ get: (key) => `what ${key} says` }),
    onDidGrantWorkspaceTrust: (start) => ((grant = start), { dispose() {} }),
  },
};
const load = Module._load;
Module._load = (name, parent, ...rest) => {
  if (name === "vscode") return parent.filename.startsWith(`${folder}/node_modules`) ? everything : editor;
  if (name === "vscode-languageclient/node") {
    // That it is all there is what loading it shows.
    load(name, parent, ...rest);
    return { LanguageClient: class { constructor(...given) { started.push(given); } start() {} } };
  }
  return load(name, parent, ...rest);
};
const everything = new Proxy({}, { get: () => class {} });

(async () => {
  const context = { subscriptions: [] };
  await require(folder).activate(context);
  const before = started.length;
  await grant();
  process.stdout.write(JSON.stringify({ before, started, subscriptions: context.subscriptions.length }));
})();
