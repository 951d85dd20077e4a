import { describe, expect, it } from "vitest";
import { acceptsTaxii, isTaxiiContent } from "./media-type.ts";

describe("negotiation", () => {
  it.each([
    ["application/taxii+json;version=2.1", true],
    ["application/taxii+json; version=2.1", true],
    ['Application/TAXII+json;version="2.1"', true],
    ["application/taxii+json", true],
    ["text/html, application/taxii+json;version=2.1;q=0.5", true],
    ["*/*", true],
    ["application/*", true],
    [undefined, true],
    ["application/taxii+json;version=2.0", false],
    ["application/vnd.oasis.taxii+json;version=2.0", false],
    ["application/json", false],
    ["application/taxii+json;version=2.1;q=0", false],
    ["", false],
  ])("of the answer %j: %s", (accept, isAccepted) => {
    expect(acceptsTaxii(accept)).toBe(isAccepted);
  });

  it.each([
    ["application/taxii+json;version=2.1", true],
    ["application/taxii+json", true],
    ["application/taxii+json;version=2.0", false],
    ["application/json", false],
    ["*/*", false],
    [undefined, false],
  ])("of the body %j: %s", (type, isTaken) => {
    expect(isTaxiiContent(type)).toBe(isTaken);
  });
});
