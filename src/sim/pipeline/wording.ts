import type { Random } from "../../kit/random.ts";
import { sample } from "../draw.ts";
import type { Language } from "../text/language.ts";
import { type Part, PART_NAMES } from "./parts.ts";
import { PHRASES, type PipelineName } from "./phrases.ts";
import type { Phrases } from "./phrasing.ts";

/** How one campaign (or one customer) words a pipeline's prompts: drawn once, then the same for every item. */
export interface Wording {
  readonly language: Language;
  readonly system: string | undefined;
  /** Sets the parts of one prompt in this wording's frame. */
  render(parts: readonly (readonly [Part, string])[]): string;
}

const DECORATIONS: readonly ((name: string, text: string) => string)[] = [
  (name, text) => `${name}:\n${text}`,
  (name, text) => `## ${name}\n${text}`,
  (name, text) => `[${name}]\n${text}\n[/${name}]`,
  (name, text) => `<${name}>${text}</${name}>`,
  (name, text) => `**${name}** ${text}`,
  (name, text) => `----- ${name} -----\n${text}`,
  (name, text) => `${name} = """${text}"""`,
];

/** The languages in which a pipeline can be worded. */
export function wordingLanguages(pipeline: PipelineName): Language[] {
  const table = PHRASES[pipeline];
  const languages: Language[] = ["en", "zh", "es", "ru", "ar", "pt"];
  return languages.filter((language) => table[language] !== undefined);
}

export function drawWording(random: Random, pipeline: PipelineName, language: Language): Wording {
  return wordingOf(random, PHRASES[pipeline][language] ?? PHRASES[pipeline].en, language);
}

export function wordingOf(random: Random, phrases: Phrases, language: Language): Wording {
  // Who has no words for his items sends them as they are.
  if (phrases.orders.length === 0)
    return { language, system: undefined, render: (parts) => parts.map(([, text]) => text).join("\n\n") };
  const gap = language === "zh" ? "" : " ";
  const role = random.chance(0.7) ? [random.pick(phrases.roles)] : [];
  const orders = sample(random, phrases.orders, random.chance(0.25) ? 2 : 1);
  const rules = sample(random, phrases.rules, random.integer(0, 2));
  const decorate = random.pick(DECORATIONS);
  // Where the instruction stands: in the system prompt, before the parts, or after them.
  const place = random.pick(["system", "system", "before", "after"]);
  const instruction = [...orders, ...rules].join(gap);
  const names = new Map<Part, string>();
  const nameOf = (part: Part): string => {
    let name = names.get(part);
    if (name === undefined) {
      name = random.pick(PART_NAMES[part][language] ?? PART_NAMES[part].en);
      names.set(part, name);
    }
    return name;
  };
  const system = [...role, ...(place === "system" ? [instruction] : [])].join(gap);
  return {
    language,
    system: system === "" ? undefined : system,
    render(parts) {
      const [only] = parts;
      // A single part under a system prompt is often sent bare.
      const bare = parts.length === 1 && place === "system" && only !== undefined;
      const body = bare ? only[1] : parts.map(([part, text]) => decorate(nameOf(part), text)).join("\n\n");
      if (place === "before") return `${instruction}\n\n${body}`;
      if (place === "after") return `${body}\n\n${instruction}`;
      return body;
    },
  };
}
