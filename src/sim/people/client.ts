import { type Random, seededRandom } from "../../kit/random.ts";
import { hex, weighted } from "../draw.ts";

/** A program that calls the provider. */
export interface Client {
  readonly userAgent: string;
  /** TLS fingerprint: the same for every user of the same build. */
  readonly ja4: string;
  readonly pathway: string;
}

export type ClientKind = "app" | "library" | "agent" | "cloud" | "gateway";

interface Build {
  readonly name: (random: Random) => string;
  /** What the TLS stack belongs to: builds with one stack share a fingerprint. */
  readonly stack: string;
  readonly pathway: string;
}

const version = (random: Random, major: number, minors: number): string =>
  `${major}.${random.integer(0, minors)}.${random.integer(0, 3)}`;

/** Our provider's own clients and the usual HTTP libraries. */
const BUILDS: Record<ClientKind, readonly (readonly [Build, number])[]> = {
  app: [
    [{ name: (r) => `MeridianApp/4.${r.integer(1, 9)} (iOS)`, stack: "ios", pathway: "app" }, 4],
    [
      {
        name: (r) => `MeridianApp/4.${r.integer(1, 9)} (Android)`,
        stack: "android",
        pathway: "app",
      },
      4,
    ],
    [
      {
        name: (r) => `Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/${r.integer(140, 148)}.0`,
        stack: "firefox",
        pathway: "app",
      },
      3,
    ],
    [
      {
        name: (r) => `Mozilla/5.0 (Macintosh; Intel Mac OS X 15) Safari/19.${r.integer(0, 3)}`,
        stack: "safari",
        pathway: "app",
      },
      3,
    ],
    [
      {
        name: (r) => `Mozilla/5.0 (X11; Linux x86_64) Chrome/${r.integer(138, 146)}.0.0.0`,
        stack: "chrome",
        pathway: "app",
      },
      5,
    ],
  ],
  library: [
    [{ name: (r) => `meridian-python/${version(r, 2, 14)}`, stack: "python", pathway: "api" }, 8],
    [{ name: (r) => `meridian-node/${version(r, 3, 9)}`, stack: "node", pathway: "api" }, 6],
    [{ name: (r) => `python-urllib3/${version(r, 2, 4)}`, stack: "python", pathway: "api" }, 2],
    [{ name: (r) => `axios/${version(r, 1, 9)}`, stack: "node", pathway: "api" }, 2],
    [{ name: () => "Go-http-client/2.0", stack: "go", pathway: "api" }, 2],
    [{ name: (r) => `reqwest/0.12.${r.integer(0, 20)}`, stack: "rustls", pathway: "api" }, 1],
    [{ name: (r) => `curl/8.${r.integer(1, 14)}.0`, stack: "openssl", pathway: "api" }, 1],
    [{ name: (r) => `meridian-java/1.${r.integer(0, 6)}`, stack: "jvm", pathway: "api" }, 2],
  ],
  agent: [
    [{ name: (r) => `quillcode/0.${r.integer(40, 72)}`, stack: "node", pathway: "api" }, 5],
    [{ name: (r) => `tidepool-cli/${version(r, 1, 8)}`, stack: "rustls", pathway: "api" }, 3],
  ],
  cloud: [
    [{ name: (r) => `aws-sdk-python/1.4${r.integer(0, 9)}`, stack: "python", pathway: "bedrock" }, 4],
    [{ name: (r) => `google-cloud-sdk/5${r.integer(0, 9)}`, stack: "go", pathway: "vertex" }, 3],
    [{ name: (r) => `azsdk-net/1.${r.integer(1, 9)}`, stack: "dotnet", pathway: "azure" }, 3],
  ],
  gateway: [
    [{ name: (r) => `llm-gateway/${version(r, 1, 7)}`, stack: "python", pathway: "api" }, 3],
    [{ name: (r) => `envoy/1.3${r.integer(0, 6)}`, stack: "boring", pathway: "api" }, 2],
  ],
};

const DRAWS = {
  app: weighted(BUILDS.app),
  library: weighted(BUILDS.library),
  agent: weighted(BUILDS.agent),
  cloud: weighted(BUILDS.cloud),
  gateway: weighted(BUILDS.gateway),
};

const FINGERPRINTS = new Map<string, string>();

/** A stack has three fingerprints in the wild, by age. */
function fingerprint(stack: string, age: number): string {
  const name = `${stack}/${age}`;
  let value = FINGERPRINTS.get(name);
  if (value === undefined) {
    const random = seededRandom(`ja4/${name}`);
    value = `t13d${random.integer(10, 19)}${random.integer(10, 18)}h${random.integer(1, 2)}_${hex(random, 12)}_${hex(random, 12)}`;
    FINGERPRINTS.set(name, value);
  }
  return value;
}

export function drawClient(random: Random, kind: ClientKind): Client {
  const build = DRAWS[kind].draw(random);
  return {
    userAgent: build.name(random),
    ja4: fingerprint(build.stack, random.integer(0, 2)),
    pathway: build.pathway,
  };
}
