"use strict";

const { LanguageClient } = require("vscode-languageclient/node");
const { workspace } = require("vscode");

let client;

exports.activate = async (context) => {
  const start = async () => {
    if (client) return;
    const command = workspace.getConfiguration("plainsheet").get("path");
    const server = { command, args: ["lsp"] };
    client = new LanguageClient("plainsheet", "Plainsheet", server, { documentSelector: [{ scheme: "file", language: "toml" }] });
    await client.start();
  };
  // A program is started only where the person has said that the folder is trusted.
  if (workspace.isTrusted) await start();
  context.subscriptions.push(workspace.onDidGrantWorkspaceTrust(start));
};

exports.deactivate = () => client && client.stop();
