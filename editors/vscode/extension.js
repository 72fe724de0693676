"use strict";

const { LanguageClient } = require("vscode-languageclient/node");
const { workspace } = require("vscode");

const SECTION = "plainsheet";
let client;

exports.activate = async (context) => {
  const start = async () => {
    if (client) return;
    const settings = workspace.getConfiguration(SECTION);
    const server = { command: settings.get("path"), args: ["lsp"] };
    client = new LanguageClient(SECTION, "Plainsheet", server, {
      documentSelector: ["file", "untitled"].map((scheme) => ({ scheme, language: "toml" })),
      initializationOptions: { values: settings.get("values"), changes: settings.get("changes") },
    });
    await client.start();
  };
  // A program is started only where the person has said that the folder is trusted.
  if (workspace.isTrusted) await start();
  context.subscriptions.push(workspace.onDidGrantWorkspaceTrust(start));
};

exports.deactivate = () => client && client.stop();
