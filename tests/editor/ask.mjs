// Asks yaml-language-server what an editor would show, without an editor.
//
// Usage: node ask.mjs SERVER < questions.json
// A question is {"kind": "completion" | "hover" | "diagnostics", "text": "...", "line": 0, "character": 0}; the
// answers come as a JSON list in the same order.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

const questions = JSON.parse(readFileSync(0, "utf8"));
const server = spawn(process.execPath, [process.argv[2], "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });

const settings = {
  yaml: { completion: true, hover: true, validate: true, schemaStore: { enable: false }, format: { enable: false } },
};
const pending = new Map();
const published = new Map();
let sent = 0;

function send(message) {
  const body = JSON.stringify({ jsonrpc: "2.0", ...message });
  server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function request(method, params) {
  sent += 1;
  const id = sent;
  return new Promise((resolve, reject) => {
    pending.set(id, { resolve, reject });
    send({ id, method, params });
  });
}

function diagnostics(uri) {
  return new Promise((resolve) => published.set(uri, resolve));
}

// What the server asks of its editor: settings, and leave to register what it can do.
function answer({ id, method, params }) {
  const result = method === "workspace/configuration" ? params.items.map(({ section }) => settings[section] ?? null) : null;
  send({ id, result });
}

function receive(message) {
  if (message.method === "textDocument/publishDiagnostics") {
    published.get(message.params.uri)?.(message.params.diagnostics);
  } else if (message.method && message.id !== undefined) {
    answer(message);
  } else if (pending.has(message.id)) {
    const { resolve, reject } = pending.get(message.id);
    pending.delete(message.id);
    message.error ? reject(new Error(message.error.message)) : resolve(message.result);
  }
}

let buffer = Buffer.alloc(0);
server.stdout.on("data", (chunk) => {
  buffer = Buffer.concat([buffer, chunk]);
  for (;;) {
    const end = buffer.indexOf("\r\n\r\n");
    if (end < 0) return;
    const length = Number(/Content-Length: (\d+)/i.exec(buffer.subarray(0, end).toString())[1]);
    if (buffer.length < end + 4 + length) return;
    const body = buffer.subarray(end + 4, end + 4 + length).toString();
    buffer = buffer.subarray(end + 4 + length);
    receive(JSON.parse(body));
  }
});

const markdown = ["markdown", "plaintext"];
const capabilities = {
  workspace: { configuration: true },
  textDocument: {
    completion: { completionItem: { documentationFormat: markdown, snippetSupport: true } },
    hover: { contentFormat: markdown },
    publishDiagnostics: {},
  },
};
await request("initialize", { processId: process.pid, rootUri: null, workspaceFolders: null, capabilities });
send({ method: "initialized", params: {} });
send({ method: "workspace/didChangeConfiguration", params: { settings } });

const answers = [];
for (const [index, { kind, text, line, character }] of questions.entries()) {
  const uri = `file:///pipelines/question-${index}.yaml`;
  const found = diagnostics(uri);
  send({ method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "yaml", version: 1, text } } });
  const at = { textDocument: { uri }, position: { line, character } };
  if (kind === "diagnostics") answers.push(await found);
  else answers.push(await request(`textDocument/${kind}`, at));
}
process.stdout.write(`${JSON.stringify(answers)}\n`);
await request("shutdown", null);
send({ method: "exit" });
