import type { Server } from "node:http";

/** The other end of `startScript`: prints the server's port, then, for each line that comes in, its CPU time; ends with its input. */
export function serveAsChild(server: Server, onEnd: () => void = () => {}): void {
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the server listens on no port");
    console.log(address.port);
  });
  process.stdin.on("data", () => {
    const { user, system } = process.cpuUsage();
    console.log((user + system) / 1000);
  });
  process.stdin.on("end", () => {
    server.close();
    server.closeAllConnections();
    onEnd();
  });
}
