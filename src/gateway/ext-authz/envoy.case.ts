import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { z } from "zod";
import { pythonPeer } from "../../../test/peers.ts";
import { CALLER_KEY } from "../http/listen.case.ts";
import { CALLER_KEY_HEADER, DELAY_HEADER, WITHHOLD_HEADER } from "./check.ts";

export const envoyPeer = pythonPeer("envoy");

/** Envoy sets it to what it takes for the client's address, whatever the client sends. */
export const CLIENT_ADDRESS_HEADER = "x-envoy-external-address";
const TYPES = "type.googleapis.com/envoy.extensions";
const exact = (...names: readonly string[]): object => ({ patterns: names.map((name) => ({ exact: name })) });

export interface Ports {
  readonly upstream: number;
  readonly grpc: number;
  readonly http: number;
}

export interface Envoy {
  /** Base addresses of the listener that asks over gRPC, and of the one that asks over HTTP. */
  readonly grpc: string;
  readonly http: string;
  /** The value of a counter of Envoy's. */
  counter(name: string): Promise<number>;
}

/** Envoy before an upstream, on free ports of the loopback, until the test has finished. */
export async function startEnvoy(ports: Ports): Promise<Envoy> {
  const folder = await mkdtemp(join(tmpdir(), "stillwatch-envoy-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const config = join(folder, "envoy.json");
  const adminFile = join(folder, "admin");
  await writeFile(config, JSON.stringify(configuration(ports)));
  const args = ["-c", config, "--admin-address-path", adminFile, "--disable-hot-restart", "--concurrency", "1"];
  const child = spawn(envoyPeer.command("envoy"), [...args, "-l", "error"], { stdio: "inherit" });
  onTestFinished(async () => {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  });
  // It creates the file, writes its address there, and serves, one after the other; all are waited for.
  const address = async (): Promise<string> => (existsSync(adminFile) ? readFile(adminFile, "utf8") : "");
  while (!/:\d+$/.test(await address())) await setTimeout(20);
  const admin = `http://${await address()}`;
  while ((await fetch(`${admin}/ready`)).status !== 200) await setTimeout(20);
  const base = async (name: string): Promise<string> => {
    const { listener_statuses: listeners } = listenersSchema.parse(
      await (await fetch(`${admin}/listeners?format=json`)).json(),
    );
    const port = listeners.find((each) => each.name === name)?.local_address.socket_address.port_value;
    if (port === undefined) throw new Error(`Envoy has no listener ${name}`);
    return `http://127.0.0.1:${port}`;
  };
  return {
    grpc: await base("grpc"),
    http: await base("http"),
    async counter(name) {
      const text = await (await fetch(`${admin}/stats?filter=${name}`)).text();
      return Number(/: (\d+)/.exec(text)?.[1] ?? 0);
    },
  };
}

const listenersSchema = z.object({
  listener_statuses: z.array(
    z.object({
      name: z.string(),
      local_address: z.object({ socket_address: z.object({ port_value: z.int() }) }),
    }),
  ),
});

function configuration({ upstream, grpc, http }: Ports): object {
  const overGrpc = {
    grpc_service: {
      envoy_grpc: { cluster_name: "authz-grpc" },
      timeout: "10s",
      initial_metadata: [{ key: CALLER_KEY_HEADER, value: CALLER_KEY }],
    },
  };
  const overHttp = {
    allowed_headers: exact("authorization", "x-api-key", "x-account", CLIENT_ADDRESS_HEADER),
    http_service: {
      server_uri: { uri: `http://127.0.0.1:${http}`, cluster: "authz-http", timeout: "10s" },
      path_prefix: "/v1/ext-authz",
      authorization_request: {
        headers_to_add: [{ key: CALLER_KEY_HEADER, value: CALLER_KEY }],
      },
      authorization_response: {
        allowed_upstream_headers: exact(WITHHOLD_HEADER, DELAY_HEADER),
        allowed_client_headers: exact("content-type", "retry-after", "cache-control"),
      },
    },
  };
  return {
    admin: { address: loopback(0) },
    static_resources: {
      listeners: [listener("grpc", overGrpc), listener("http", overHttp)],
      clusters: [cluster("upstream", upstream), cluster("authz-http", http), http2(cluster("authz-grpc", grpc))],
    },
  };
}

function loopback(port: number): object {
  return { socket_address: { address: "127.0.0.1", port_value: port } };
}

function cluster(name: string, port: number): object {
  const endpoint = { lb_endpoints: [{ endpoint: { address: loopback(port) } }] };
  return { name, connect_timeout: "5s", load_assignment: { cluster_name: name, endpoints: [endpoint] } };
}

function http2(of: object): object {
  const options = {
    "@type": `${TYPES}.upstreams.http.v3.HttpProtocolOptions`,
    explicit_http_config: { http2_protocol_options: {} },
  };
  return {
    ...of,
    typed_extension_protocol_options: { "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": options },
  };
}

/** One load balancer stands in front: the client's address is the last of `X-Forwarded-For`. */
function listener(name: string, authz: object): object {
  const filter = (of: string, type: string, options: object = {}): object => ({
    name: of,
    typed_config: { "@type": `${TYPES}.filters.http.${type}`, ...options },
  });
  const manager = {
    "@type": `${TYPES}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: name,
    use_remote_address: true,
    xff_num_trusted_hops: 1,
    route_config: {
      virtual_hosts: [
        { name: "all", domains: ["*"], routes: [{ match: { prefix: "/" }, route: { cluster: "upstream" } }] },
      ],
    },
    http_filters: [
      filter("authz", "ext_authz.v3.ExtAuthz", { transport_api_version: "V3", failure_mode_allow: true, ...authz }),
      filter("fault", "fault.v3.HTTPFault", {
        delay: { header_delay: {}, percentage: { numerator: 100 } },
        max_active_faults: 1000,
      }),
      filter("router", "router.v3.Router"),
    ],
  };
  return { name, address: loopback(0), filter_chains: [{ filters: [{ name: "http", typed_config: manager }] }] };
}
