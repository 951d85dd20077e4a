import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testNames } from "../../ingest/keys/keys.case.ts";
import { openApi } from "./desk-api.case.ts";
import type { OpenApi } from "./desk-api.case.ts";
import { deskApp } from "./desk-api.ts";

let api: OpenApi;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

test("the document is OpenAPI 3.1, and what it refers to is there", async () => {
  expect(await new Validator().validate({ ...api.document })).toEqual({ valid: true });
  const text = JSON.stringify(api.document);
  expect(text).not.toContain("$defs");
  expect(new Set(text.match(/"\$ref":"[^"]+"/g))).toEqual(new Set(['"$ref":"#/components/schemas/Problem"']));
});

test("every route stands in it, and nothing else", () => {
  const { state, desk, appeals, clock } = api;
  const given = {
    state,
    desk,
    appeals,
    keys: testNames,
    clock,
    staff: [],
    appealUrl: "",
    trustedProxies: [],
    onFailure: () => undefined,
  };
  const routed = deskApp(given)
    .routes.filter(({ method, path }) => method !== "ALL" && path !== "/v1/openapi.json")
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  const told = Object.entries(api.document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(told.length).toBeGreaterThan(25);
  expect(told.toSorted()).toEqual(routed.toSorted());
});

test("operations have names of their own", () => {
  const names = Object.values(api.document.paths).flatMap((one) => Object.values(one).map((op) => op.operationId));
  expect(new Set(names).size).toBe(names.length);
});
