import { createHash, randomBytes } from "node:crypto";
import { Command } from "commander";
import { createTerminal } from "../terminal/terminal.ts";

/** 256 bits: nobody guesses it, so that its digest needs no slow hash. */
const tokenBytes = 32;

/** `stillwatch token`: a new token for somebody who asks, and the digest that goes into the configuration. */
export function tokenCommand(): Command {
  return new Command("token")
    .description("make a token for a gateway or a sender, and the digest of it for the configuration")
    .action(() => {
      const { stdout, stderr, env } = process;
      const token = randomBytes(tokenBytes).toString("base64url");
      const digest = createHash("sha256").update(token).digest("hex");
      createTerminal({ stdout, stderr, env }).print(`token   ${token}\nsha256  ${digest}`);
    });
}
