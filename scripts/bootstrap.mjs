// Makes a checkout ready: packages, build, the `stillwatch` command. Needs nothing but Node; cheap where nothing is to do.
import "../bin/require-node.mjs";
import { afterInstall, ensureReady, orExit } from "./set-up/ready.mjs";

await orExit(process.argv.includes("--after-install") ? afterInstall : ensureReady);
