import { z } from "zod";
import { problemContentType } from "../../kit/http/problem.ts";
import type { Access, Route } from "./route.ts";

type Json = Readonly<Record<string, unknown>>;

const problemRef = { $ref: "#/components/schemas/Problem" };

/** The document of the API (OpenAPI 3.1), made of the same values that route and check its requests. */
export function openApiDocument(routes: readonly Route[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  return {
    openapi: "3.1.0",
    info: {
      title: "Stillwatch: the desk and the way back",
      version: "1",
      description:
        "For analysts and support: what is decided on whom, and appeals. For customers: what is restricted, and how to appeal.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    paths,
    components: {
      securitySchemes: { staff: { type: "http", scheme: "bearer" } },
      schemas: {
        Problem: {
          type: "object",
          description: "RFC 9457. `faults` says where the input departs from what is asked for.",
          required: ["type", "title", "status", "detail"],
          properties: {
            type: { type: "string" },
            title: { type: "string" },
            status: { type: "integer" },
            detail: { type: "string" },
            faults: {
              type: "array",
              items: {
                type: "object",
                required: ["at", "fault"],
                properties: { at: { type: "string" }, fault: { type: "string" } },
              },
            },
          },
        },
      },
    },
  };
}

function operationOf({ name, summary, access, input, answer }: Route): Json {
  const body = input.body === null ? null : jsonSchema(input.body, "input");
  return {
    operationId: name,
    summary,
    tags: [access === "customer" ? "customers" : "staff"],
    description: forWhom(access),
    security: access === "customer" ? [] : [{ staff: [] }],
    parameters: [...parameters(input.path, "path"), ...parameters(input.query, "query")],
    ...(body === null ? {} : { requestBody: { required: true, content: { "application/json": { schema: body } } } }),
    responses: {
      [answer.status]: {
        description: "Done.",
        content: { [answer.contentType]: { schema: jsonSchema(answer.schema, "output") } },
      },
      default: { description: "Not done.", content: { [problemContentType]: { schema: problemRef } } },
    },
  };
}

function forWhom(access: Access): string {
  switch (access) {
    case "customer":
      return "For customers, without a token. So many requests a minute from one address.";
    case "analyst":
      return "For all of the staff.";
    default:
      return `For staff with the role ${access}.`;
  }
}

const objectSchema = z.object({
  properties: z.record(z.string(), z.record(z.string(), z.unknown())),
  required: z.array(z.string()).optional(),
});

/** Each field of an object is a parameter. */
function parameters(schema: z.ZodType, where: "path" | "query"): Json[] {
  const { properties, required = [] } = objectSchema.parse(jsonSchema(schema, "input"));
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: where,
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: property,
  }));
}

function jsonSchema(schema: z.ZodType, io: "input" | "output"): Json {
  // The dialect is OpenAPI 3.1's own.
  const { $schema: _, ...made } = z.toJSONSchema(schema, { io });
  return made;
}
