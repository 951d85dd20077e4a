#!/usr/bin/env node
import "./require-node.mjs";
import { existsSync } from "node:fs";

// In a checkout the build may be missing or older than the sources; an installed package has neither sources nor scripts.
const setUp = new URL("../scripts/set-up/ready.mjs", import.meta.url);
if (existsSync(setUp)) await (await import(setUp.href)).ensureReadyOrExit();

const { main } = await import("../dist/cli/main.js");
process.exitCode = await main(process.argv);
