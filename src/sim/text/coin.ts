import type { Random } from "../../kit/random.ts";
import type { LanguagePack } from "./language.ts";

/** A name that no vocabulary holds: two to four syllables of the language, sometimes with a number. */
export function coinName(pack: LanguagePack, random: Random): string {
  const [first = "", ...rest] = Array.from({ length: random.integer(2, 4) }, () => random.pick(pack.syllables));
  // Joined, not added up: names are kept for as long as the world runs.
  const parts = [first.charAt(0).toUpperCase(), first.slice(1), ...rest];
  if (random.chance(0.12)) parts.push(" ", String(random.integer(2, 99)));
  return parts.join("");
}

/** A name in letters of the Latin alphabet, for organisations and products. */
export function coinFirm(random: Random): string {
  let name = "";
  for (let count = random.integer(2, 3); count > 0; count--) name += random.pick(FIRM_SYLLABLES);
  return `${name.charAt(0).toUpperCase()}${name.slice(1)} ${random.pick(FIRM_ENDINGS)}`;
}

const FIRM_SYLLABLES =
  "al an ar be bo ca cen dor el en fa gal ho in ka la lo ma mi ne no or pa qua ri ro sa si ta te tri u va ve vi xe zo".split(
    " ",
  );
const FIRM_ENDINGS =
  "Ltd|GmbH|Works|Health|Bank|Systems|Retail|Studio|Mobility|Care|Foods|Robotics|Media|Insurance|Travel|University|Institute|Group".split(
    "|",
  );
