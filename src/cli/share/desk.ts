import { readFileSync } from "node:fs";
import { z } from "zod";
import { UserError } from "../../kit/user-error.ts";

// Limits.
/** An overlap of two whole sets takes a minute or two. */
const requestMsMax = 300_000;
const answerBytesMax = 32 * 2 ** 20;
const tokenBytesMax = 4_096;

/** The desk's API of a running server, as one of the staff. It throws a `UserError` where that says no. */
export interface RemoteDesk {
  get<T>(path: string, answer: z.ZodType<T>): Promise<T>;
  post<T>(path: string, body: object, answer: z.ZodType<T>): Promise<T>;
}

const problemSchema = z.object({
  title: z.string(),
  detail: z.string().optional(),
  hint: z.string().optional(),
  faults: z.array(z.object({ at: z.string(), fault: z.string() })).optional(),
});

export function remoteDesk(server: string, token: string): RemoteDesk {
  const ask = async <T>(path: string, init: RequestInit, answer: z.ZodType<T>): Promise<T> => {
    const response = await send(new URL(path, server), {
      ...init,
      redirect: "error",
      signal: AbortSignal.timeout(requestMsMax),
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    });
    const text = await boundedText(response);
    if (response.ok) return answer.parse(JSON.parse(text));
    throw refusal(response.status, text);
  };
  return {
    get: (path, answer) => ask(path, { method: "GET" }, answer),
    post: (path, body, answer) => ask(path, { method: "POST", body: JSON.stringify(body) }, answer),
  };
}

/** From a file, or from `STILLWATCH_TOKEN`: a token on the command line would stand in the list of processes. */
export function readToken(file: string | undefined, env: NodeJS.ProcessEnv): string {
  if (file === undefined) {
    const token = env["STILLWATCH_TOKEN"];
    if (token !== undefined && token !== "") return token;
    throw new UserError("nothing says who you are", "give --token-file, or set STILLWATCH_TOKEN to your staff token");
  }
  try {
    return readFileSync(file, "utf8").slice(0, tokenBytesMax).trim();
  } catch (error) {
    throw new UserError(`the token ${file} can't be read`, "give a file that holds your staff token", { cause: error });
  }
}

async function send(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    throw new UserError(`${url.origin} can't be reached`, "give the server's `listen` address with --server", {
      cause: error,
    });
  }
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("a body comes as bytes");
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw new UserError("the server answers with too much");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function refusal(status: number, text: string): UserError {
  try {
    const { title, detail = title, hint, faults = [] } = problemSchema.parse(JSON.parse(text));
    const at = faults.map((fault) => `${fault.at}: ${fault.fault}`).join("; ");
    return new UserError(at === "" ? detail : `${detail}: ${at}`, hint);
  } catch {
    return new UserError(
      `the server answers ${status}`,
      status === 404 ? "is a circle configured there?" : "is this the address of a Stillwatch server?",
    );
  }
}
