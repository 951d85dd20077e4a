// Prints the accounts of a report that are to be challenged, most suspect first: account, campaign, reasons, by tabs.
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const folder = process.argv[2];
if (folder === undefined) {
  console.error("usage: node to-challenge.mjs REPORT-FOLDER");
  process.exit(2);
}

const flagged = [];
for await (const line of createInterface({ input: createReadStream(join(folder, "accounts.ndjson")) })) {
  const account = JSON.parse(line);
  // Anything but `observe` is a proposal to act; a challenge is the mildest.
  if (account.action !== "observe") flagged.push(account);
}
flagged.sort((a, b) => b.score - a.score);
for (const { account, campaign, reasons } of flagged) console.log([account, campaign, reasons.join("; ")].join("\t"));
