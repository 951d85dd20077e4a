import { parse } from "protobufjs";
import { z } from "zod";

/*
 * The messages of Envoy's external authorisation, version 3, with the fields that are used here and their numbers: `CheckRequest`
 * and `CheckResponse` of envoy/service/auth/v3/external_auth.proto, `AttributeContext` of attribute_context.proto, `Address` and
 * `HeaderValueOption` of envoy/config/core/v3, `HttpStatus` of envoy/type/v3, and `Status` of google/rpc. Fields that are not named
 * are passed over (protobuf, "Updating a message type").
 */
const source = `
syntax = "proto3";

message CheckRequest {
  AttributeContext attributes = 1;
}
message AttributeContext {
  Peer source = 1;
  Request request = 4;
}
message Peer {
  Address address = 1;
}
message Address {
  SocketAddress socket_address = 1;
}
message SocketAddress {
  string address = 2;
}
message Request {
  HttpRequest http = 2;
}
message HttpRequest {
  map<string, string> headers = 3;
  string path = 4;
}

message CheckResponse {
  Status status = 1;
  oneof http_response {
    DeniedHttpResponse denied_response = 2;
    OkHttpResponse ok_response = 3;
  }
}
message Status {
  int32 code = 1;
}
message DeniedHttpResponse {
  HttpStatus status = 1;
  repeated HeaderValueOption headers = 2;
  string body = 3;
}
message HttpStatus {
  int32 code = 1;
}
message OkHttpResponse {
  repeated HeaderValueOption headers = 2;
}
message HeaderValueOption {
  HeaderValue header = 1;
}
message HeaderValue {
  string key = 1;
  string value = 2;
}`;

const root = parse(source, { keepCase: true }).root;
const requestType = root.lookupType("CheckRequest");
const responseType = root.lookupType("CheckResponse");

/** What Envoy says of a request. Headers are in lower case; several of one name are joined with commas. */
export interface CheckRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly path: string;
  readonly address: string | undefined;
}

export interface CheckedHeader {
  readonly key: string;
  readonly value: string;
}

/** The answer. Headers of an `ok` go to the upstream, in the place of what the customer sent under these names. */
export type CheckResponse =
  | { readonly kind: "ok"; readonly headers: readonly CheckedHeader[] }
  | {
      readonly kind: "denied";
      readonly status: number;
      readonly headers: readonly CheckedHeader[];
      readonly body: string;
    };

/** Any part may be missing: a peer on a Unix socket has no such address, and a connection that is no HTTP has no request. */
const requestSchema = z.object({
  attributes: z
    .object({
      source: z
        .object({
          address: z.object({ socket_address: z.object({ address: z.string().optional() }).optional() }).optional(),
        })
        .optional(),
      request: z
        .object({
          http: z
            .object({ headers: z.record(z.string(), z.string()).optional(), path: z.string().optional() })
            .optional(),
        })
        .optional(),
    })
    .optional(),
});

/** @throws {Error} where the bytes are no such message */
export function readCheckRequest(bytes: Uint8Array): CheckRequest {
  const { attributes } = requestSchema.parse(requestType.toObject(requestType.decode(bytes)));
  const http = attributes?.request?.http;
  return {
    headers: http?.headers ?? {},
    path: http?.path ?? "",
    address: attributes?.source?.address?.socket_address?.address,
  };
}

// google.rpc.Code.
const OK = 0;
const PERMISSION_DENIED = 7;

export function writeCheckResponse(response: CheckResponse): Buffer {
  const headers = response.headers.map((header) => ({ header }));
  const message =
    response.kind === "ok"
      ? { status: { code: OK }, ok_response: { headers } }
      : {
          status: { code: PERMISSION_DENIED },
          denied_response: { status: { code: response.status }, headers, body: response.body },
        };
  return Buffer.from(responseType.encode(responseType.create(message)).finish());
}
