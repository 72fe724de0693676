// Prints the scopes of each piece of texts, as Visual Studio Code finds them: TOML with the grammar of formulas injected.
"use strict";
const fs = require("fs");
const path = require("path");
const oniguruma = require("vscode-oniguruma");
const { Registry, INITIAL, parseRawGrammar } = require("vscode-textmate");

const [injected] = process.argv.slice(2);
const wasm = fs.readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
const toml = path.join(process.env.NODE_PATH, "tm-grammars", "grammars", "toml.json");
const files = { "source.toml": toml, "plainsheet.formula.injection": injected };

(async () => {
  await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
  const registry = new Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (scope) => (files[scope] ? parseRawGrammar(fs.readFileSync(files[scope], "utf8"), files[scope]) : null),
    getInjections: (scope) => (scope === "source.toml" ? ["plainsheet.formula.injection"] : []),
  });
  const grammar = await registry.loadGrammar("source.toml");
  const texts = JSON.parse(fs.readFileSync(0, "utf8"));
  const found = texts.map((text) => {
    let stack = INITIAL;
    return text.split("\n").flatMap((line) => {
      const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
      stack = ruleStack;
      return tokens.map((token) => [line.slice(token.startIndex, token.endIndex), token.scopes]);
    });
  });
  process.stdout.write(JSON.stringify(found));
})();
