import type { Evidence } from "../../model/report.ts";
import { familyWords, odds } from "../report/words.ts";
import { printable } from "../terminal/printable.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { wrap } from "../terminal/width.ts";
import type { AccountCase } from "./account-case.ts";

type View = Pick<Terminal, "width" | "paint">;

/** The case of an account for a person at a terminal. */
export function renderCase({ account, finding, evidence, otherwise, owner }: AccountCase, view: View): string {
  const { paint, width } = view;
  const [first, ...rest] = finding;
  return [
    paint("bold", printable(account)),
    [first ?? "", ...rest].map((sentence) => wrap(printable(sentence), width)).join("\n"),
    ...evidenceSection(
      "What speaks for a campaign",
      evidence.filter(({ against }) => !against),
      view,
    ),
    ...evidenceSection(
      "What speaks against it",
      evidence.filter(({ against }) => against),
      view,
    ),
    section("What would have to be different", otherwise, view),
    section("If the account is yours", owner, view),
  ].join("\n\n");
}

function evidenceSection(title: string, evidence: readonly Evidence[], view: View): string[] {
  if (evidence.length === 0) return [];
  return [
    section(
      title,
      evidence.map(({ signal, strength, summary }) => `${familyWords(signal).name}, ${odds(strength)}: ${summary}`),
      view,
    ),
  ];
}

function section(title: string, sentences: readonly string[], { paint, width }: View): string {
  const lines = sentences.map((sentence) => `  - ${wrap(printable(sentence), width, "    ").trimStart()}`);
  return [paint("bold", title), ...lines].join("\n");
}
