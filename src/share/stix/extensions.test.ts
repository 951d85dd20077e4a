import { existsSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { campaignObjects } from "./campaign-objects.ts";
import { EXTENSIONS, ORIGIN, renderExtensionSchema } from "./extensions.ts";
import { authorship, sharing } from "./stix.case.ts";

/** Said of an object when it is released, and not by who makes it. */
const signed = {
  type: "note",
  spec_version: "2.1",
  id: "note--00000000-0000-4000-8000-000000000001",
  extensions: {
    [ORIGIN]: {
      extension_type: "property-extension",
      jws: "e30..AA",
      log_index: 7,
      salt: Buffer.alloc(32, 1).toString("base64"),
    },
  },
};

describe.each(EXTENSIONS)("the extension $name", (extension) => {
  const text = renderExtensionSchema(extension);

  it("is published as the code has it (mend with `npx vitest run src/share/stix -u`)", async () => {
    await expect(text).toMatchFileSnapshot(`../../../schemas/stix/${extension.file}.json`);
    expect(existsSync(`docs/stix/${extension.file}.md`)).toBe(true);
  });

  it("takes what we write, and nothing besides", () => {
    const validate = new Ajv2020({ strict: true }).compile(JSON.parse(text));
    const holders = [...campaignObjects(sharing(), authorship()), signed].filter(
      (object) => "extensions" in object && extension.id in object.extensions,
    );
    expect(holders).not.toEqual([]);
    for (const holder of holders) {
      const {
        type: _type,
        spec_version: _version,
        id: _id,
        object_marking_refs: _refs,
        ...own
      } = { object_marking_refs: [], ...holder };
      const content: unknown =
        extension.types[0] === "new-sco" || !("extensions" in holder)
          ? own
          : Object.entries(holder.extensions).find(([id]) => id === extension.id)?.[1];
      expect(validate(content), JSON.stringify(validate.errors)).toBe(true);
      expect(validate({ ...(typeof content === "object" ? content : {}), note: "x" })).toBe(false);
    }
  });
});
