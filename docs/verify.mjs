// Verifies an unpacked bundle with nothing of onrecord: node verify.mjs TIMELINE-FOLDER VERIFIER-KEY
// Ends with 0 verified, 1 tampered, 4 not signed by that key. docs/audit.md explains each step.
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";

const [folder, vkey = ""] = process.argv.slice(2);
const timeline = basename(resolve(folder));
const end = (code, words) => { console.log(words); process.exit(code); };
const check = (fine, revision, why) => fine || end(1, `tampered: revision ${revision} ${why}`);
const sha = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const node = (left, right) => sha("\x01", left, right);

// 1. The note: text, empty line, signatures. A key is name+hash+base64 of 0x01 and the public key.
const [, name, id, key] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey) ?? end(4, "that is no verifier key");
const raw = Buffer.from(key, "base64");
if (raw.length !== 33 || sha(`${name}\n`, raw).toString("hex", 0, 4) !== id) end(4, "that is no verifier key");
const note = /^([^]*\n)\n((?:— .+\n)+)$/.exec(readFileSync(`${folder}/checkpoint`, "utf8")) ?? end(4, "no note");
const signed = note[2].split("\n").map((line) => line.split(" ")).filter((words) => words[1] === name)
  .map((words) => Buffer.from(words[2], "base64")).find((bytes) => bytes.toString("hex", 0, 4) === id);
const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw.subarray(1)]);
const publicKey = createPublicKey({ key: spki, format: "der", type: "spki" });
if (!signed) end(4, "not signed by this key");
check(verify(null, Buffer.from(note[1]), publicKey, signed.subarray(4)), "", "the signature is false");
const [origin, size, root] = note[1].split("\n");
check(origin === name && name.endsWith(`/timelines/${timeline}`), "", "the checkpoint is of something else");
if (size === "0") end(4, "an empty timeline");

// 2. Each line: the leaf is its header, the digest is over salt and data, what is gone is named later.
const events = readFileSync(`${folder}/events.ndjson`), ids = new Set(), due = new Map(), edge = [];
let revision = 0, before = "";
for (let at = 0, stop; revision < size && (stop = events.indexOf("\n", at)) >= 0; at = stop + 1) {
  const line = events.subarray(at, stop), whole = line.indexOf(',"salt":');
  const cut = whole < 0 ? line.indexOf(',"redacted":') : whole;
  check(cut > 0, ++revision, "is neither whole nor redacted");
  const leaf = Buffer.concat([line.subarray(0, cut), Buffer.from("}")]), header = JSON.parse(leaf);
  check(header.revision === revision && header.timeline === timeline, revision, "is another event");
  check(header.recorded_at >= before && !ids.has(header.id), revision, "goes back, or is there twice");
  before = header.recorded_at;
  ids.add(header.id);
  const salt = Buffer.from(line.toString("latin1", cut + 9, cut + 41), "hex"), data = line.subarray(cut + 50, -1);
  const digest = `sha256:${sha("onrecord-data-v1\0", salt, data).toString("hex")}`;
  check(whole < 0 || header.digest === digest, revision, "does not have the data of its digest");
  const by = whole < 0 ? JSON.parse(line).redacted : 0;
  check(!by || (by > revision && by <= size), revision, "is redacted by nothing that is signed");
  if (by) due.set(by, [...(due.get(by) ?? []), header]);
  for (const gone of due.get(revision) ?? []) {
    const named = !by && header.type === "statement.redacted" && JSON.parse(data).revisions.includes(gone.revision);
    check(named && header.subject === gone.subject, gone.revision, "is redacted by what does not say so");
  }
  // 3. The right edge of the tree of RFC 6962: a complete subtree for each bit of the number of leaves.
  let hash = sha("\0", leaf);
  for (let n = revision - 1; n & 1; n >>= 1) hash = node(edge.pop(), hash);
  edge.push(hash);
}
check(revision === Number(size), revision + 1, "is missing");
check(edge.reduceRight((right, left) => node(left, right)).toString("base64") === root, `1 to ${size}:`, "one is not what was signed");
end(0, `verified: ${size} events of ${timeline}, root ${root}`);
