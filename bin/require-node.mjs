// Ends the process where Node is too old. Import it first: an old Node must get this far, so nothing newer than Node 16 here.
import { readFileSync } from "node:fs";

const { engines } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const needed = engines.node.replace(">=", "").split(".").map(Number);
const actual = process.versions.node.split(".").map(Number);

if (actual[0] < needed[0] || (actual[0] === needed[0] && actual[1] < needed[1])) {
  process.stderr.write(
    `Stillwatch needs Node ${needed.join(".")} or newer; this is ${process.versions.node}.\n` +
      "Install a current one from https://nodejs.org or with a version manager (nvm install 22, fnm use 22).\n",
  );
  process.exit(1);
}
