import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openApi } from "./desk-api.case.ts";
import type { OpenApi } from "./desk-api.case.ts";

/** Who may do what, written down once more: an operation that is not listed here fails the test. */
const rights: Readonly<Record<string, readonly string[]>> = {
  reads: ["anna", "berit", "carl", "dora", "erik"],
  orderDecision: ["anna", "dora"],
  liftDecision: ["anna", "dora"],
  grantExemption: ["anna", "dora"],
  revokeExemption: ["anna", "dora"],
  grantAllowance: ["anna", "dora"],
  revokeAllowance: ["anna", "dora"],
  setSwitch: ["anna", "dora"],
  takeUpAppeal: ["berit", "dora"],
  giveBackAppeal: ["berit", "dora"],
  rejectAppeal: ["berit", "dora"],
  upholdAppeal: ["berit", "dora"],
};

let api: OpenApi;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

const operations = () =>
  Object.entries(api.document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );

describe("rights", () => {
  test.each(["anna", "berit", "carl", "dora", "erik", "nobody", null])("of %s", async (by) => {
    for (const { path, method, operation } of operations().filter((one) => one.path.startsWith("/v1/desk/"))) {
      const allowed = rights[method === "GET" ? "reads" : operation.operationId] ?? [];
      const body = operation.requestBody === undefined ? {} : { body: {} };
      const { status } = await api.ask(method, path.replaceAll(/\{\w+\}/g, "x"), { by, ...body });
      const expected = by === null || by === "nobody" ? "401" : allowed.includes(by) ? "no" : "403";
      expect(`${operation.operationId} ${[401, 403].includes(status) ? status : "no"}`).toBe(
        `${operation.operationId} ${expected}`,
      );
    }
    expect(api.failures).toEqual([]);
  });

  test("customers need no token", async () => {
    const open = operations().filter(({ path }) => path.startsWith("/v1/appeals/"));
    expect(open).toHaveLength(4);
    for (const { path, method, operation } of open) {
      expect(operation.security).toEqual([]);
      const body = method === "GET" ? {} : { body: operation.operationId === "fileAppeal" ? { statement: "x" } : {} };
      expect((await api.ask(method, path.replace("{reference}", "x"), body)).status).toBe(404);
    }
  });

  test("every operation is for the staff or for customers", () => {
    const paths = operations().map(({ path }) => path);
    expect(paths.filter((path) => !/^\/v1\/(?:desk|appeals)\//.test(path))).toEqual([]);
  });
});
