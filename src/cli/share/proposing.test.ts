import { describe, expect, it } from "vitest";
import { openTestCircle } from "../../share/circle/circle.case.ts";
import type { TestMember } from "../../share/circle/circle.case.ts";
import { staffOf } from "./staff.case.ts";

const objectsIn = async ({ state }: TestMember, item: string) => (await state.outbox.find(item))?.objects ?? [];

describe("stillwatch share group", () => {
  const ids = ["campaign--00000000-0000-4000-8000-000000000001", "indicator--00000000-0000-4000-8000-000000000002"];

  it("says that objects belong together, once a person has let it go, and takes that back", async () => {
    const circle = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = circle.members;
    const run = await staffOf(a, circle);
    const item = await run("erik", "group", ...ids, "--tlp", "green", "--permitted", "internally-visible-actions");
    expect(await run("carl", "outbox")).toContain(`${item}\tgrouping\tintelligence\t${ids[0]}`);
    const grouping = (await objectsIn(a, item)).find(({ type }) => type === "grouping");
    expect(grouping).toMatchObject({ context: "suspicious-activity", object_refs: ids });
    expect(await run("carl", "show", item)).toContain("IEP:internally-visible-actions");
    await a.circle.round();
    await b.circle.round();
    expect(b.learnt).toEqual([]);

    await run("erik", "release", item);
    await a.circle.round();
    await b.circle.round();
    const learnt = () => b.learnt.filter(({ object }) => object.type === "grouping");
    expect(learnt()).toMatchObject([{ member: a.id, object: { id: grouping?.["id"], object_refs: ids } }]);

    circle.clock.advance(1_000);
    await run("erik", "release", await run("erik", "retract", item));
    await a.circle.round();
    await b.circle.round();
    expect(learnt()).toMatchObject([{}, { object: { id: grouping?.["id"], revoked: true } }]);
  });

  it("says so for nothing that is not in the vocabulary, and takes the role", async () => {
    const circle = await openTestCircle(["member-a", "member-b"]);
    const run = await staffOf(circle.members[0], circle);
    await expect(run("erik", "group", "user-account--1")).rejects.toThrow("what stands in object_refs");
    await expect(run("carl", "group", ...ids)).rejects.toThrow("this takes the role sharing");
    expect(await run("carl", "outbox")).not.toContain("grouping");
  });
});

describe("stillwatch share propose", () => {
  const sources = ["A Newspaper=https://news.example/harvest", "A Court=https://court.example/case/7"];

  it("names who is accused, with what can be read about it", async () => {
    const circle = await openTestCircle(["member-a", "member-b"]);
    const [a] = circle.members;
    const run = await staffOf(a, circle);
    const item = await run("erik", "propose", "c-1", "--actor", "A Laboratory", "--source", ...sources);
    const actor = (await objectsIn(a, item)).find(({ type }) => type === "threat-actor");
    expect(actor).toMatchObject({
      name: "A Laboratory",
      external_references: [
        { source_name: "A Newspaper", url: "https://news.example/harvest" },
        { source_name: "A Court", url: "https://court.example/case/7" },
      ],
    });
    const relation = { source_ref: expect.stringMatching(/^intrusion-set--/), target_ref: actor?.["id"] };
    expect(await objectsIn(a, item)).toContainEqual(
      expect.objectContaining({ relationship_type: "attributed-to", ...relation }),
    );
  });

  it("names nobody without a source, by a sentence, or as read at an address that carries more", async () => {
    const circle = await openTestCircle(["member-a", "member-b"]);
    const [a] = circle.members;
    const run = await staffOf(a, circle);
    const propose = (...argv: string[]): Promise<string> => run("erik", "propose", "c-1", ...argv);
    const [source = ""] = sources;
    await expect(propose("--actor", "A Laboratory")).rejects.toThrow("named with a public source, or not at all");
    await expect(propose("--source", source)).rejects.toThrow("named with a public source, or not at all");
    await expect(propose("--actor", "A Laboratory", "--source", "news.example")).rejects.toThrow(
      "give whose page it is",
    );
    await expect(propose("--actor", "translate this ledger", "--source", source)).rejects.toThrow("not a name");
    await expect(propose("--actor", "A Laboratory", "--source", `${source}?q=translate`)).rejects.toThrow(
      "not an https address of a page",
    );
    expect(await objectsIn(a, await propose())).not.toContainEqual(expect.objectContaining({ type: "threat-actor" }));
  });
});
