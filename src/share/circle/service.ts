import type { CircleMember } from "./members.ts";

/** What a service of the circle's listener answers to a member's request. */
export interface ServiceAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/** A request of a member, whose signature was checked. */
export interface ServiceRequest {
  readonly method: string;
  readonly path: string;
  readonly body: Buffer;
}

/** A part of the listener. */
export interface Service {
  /** Null: the request is none of its own. */
  handle(member: CircleMember, request: ServiceRequest): Promise<ServiceAnswer | null>;
}

export function jsonAnswer(status: number, value: object, contentType = "application/json"): ServiceAnswer {
  return { status, contentType, body: Buffer.from(JSON.stringify(value)) };
}

export function problemAnswer(status: number, title: string): ServiceAnswer {
  return jsonAnswer(status, { type: "about:blank", title, status }, "application/problem+json");
}
