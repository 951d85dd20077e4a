import type { Random } from "../../kit/random.ts";
import { sample, token } from "../draw.ts";
import { list } from "./language.ts";

const SECTIONS = list(
  "Home | News | Guides | Forum | About | Shop | Archive | Recipes | Events | Help | Contact | Blog | Reviews",
);
const NOTICES = list(
  "We use cookies. Accept all | Subscribe to our newsletter | Advertisement | Related articles | Share this page | Print | Log in to comment | Back to top | Read more",
);

/** A text as a crawler brings it home: between a menu, notices and what readers said. */
export function webPage(random: Random, text: string, comment: () => string): string {
  const [title = "", ...paragraphs] = text.split("\n\n");
  const notice = (): string[] => (random.chance(0.15) ? [random.pick(NOTICES)] : []);
  const comments = Array.from(
    { length: random.chance(0.4) ? random.integer(1, 4) : 0 },
    () => `${token(random, 6)} (${random.integer(1, 28)}.${random.integer(1, 12)}.): ${comment()}`,
  );
  return [
    sample(random, SECTIONS, random.integer(3, 6)).join(" | "),
    `${title} - ${token(random, 7)}.${random.pick(["com", "org", "net", "info"])}`,
    ...paragraphs.flatMap((paragraph) => [paragraph, ...notice()]),
    ...comments,
    ...notice(),
  ].join("\n\n");
}
