import { Server, status } from "@grpc/grpc-js";
import type { sendUnaryData, ServerUnaryCall } from "@grpc/grpc-js";
import type { Callers } from "../http/callers.ts";
import type { OnDefect } from "../http/surface.ts";
import type { SubjectsOf } from "../request-subject.ts";
import type { Ruler } from "../ruling.ts";
import { CALLER_KEY_HEADER, check } from "./check.ts";
import { readCheckRequest, writeCheckResponse } from "./messages.ts";
import type { CheckRequest, CheckResponse } from "./messages.ts";

// Limits.
/** Envoy's own limit for a request's headers is 60 KiB. */
const messageBytesMax = 128 * 1024;
const streamsMax = 1000;

export interface ExtAuthzOptions {
  readonly ruler: Pick<Ruler, "ruleAll">;
  readonly subjectsOf: SubjectsOf;
  readonly callers: Callers;
  readonly onDefect: OnDefect;
}

/**
 * Envoy's external authorisation, version 3, over gRPC (`envoy.service.auth.v3.Authorization`). The server is not bound yet. What
 * Envoy does where it gets no answer is its own setting, `failure_mode_allow`.
 */
export function createExtAuthzServer(options: ExtAuthzOptions): Server {
  const server = new Server({
    "grpc.max_receive_message_length": messageBytesMax,
    "grpc.max_concurrent_streams": streamsMax,
  });
  server.addService(
    {
      Check: {
        path: "/envoy.service.auth.v3.Authorization/Check",
        requestStream: false,
        responseStream: false,
        requestDeserialize: readCheckRequest,
        requestSerialize: unused,
        responseSerialize: writeCheckResponse,
        responseDeserialize: unused,
      },
    },
    {
      Check: (call: ServerUnaryCall<CheckRequest, CheckResponse>, answer: sendUnaryData<CheckResponse>): void => {
        const [key] = call.metadata.get(CALLER_KEY_HEADER);
        if (typeof key !== "string" || options.callers.byKey(key) === null)
          return answer({ code: status.UNAUTHENTICATED, details: `send a caller's key as ${CALLER_KEY_HEADER}` });
        const { headers, path, address } = call.request;
        try {
          const subjects = options.subjectsOf({ header: (name) => headers[name], path, address });
          return answer(null, check(options.ruler, subjects));
        } catch (error) {
          options.onDefect(error);
          return answer({ code: status.INTERNAL, details: "the request could not be checked" });
        }
      },
    },
  );
  return server;
}

/** The definition of a service names both sides; this is the server's. */
function unused(): never {
  throw new Error("a server neither writes requests nor reads responses");
}
