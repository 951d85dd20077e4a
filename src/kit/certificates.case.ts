import { execFileSync } from "node:child_process";

/**
 * In a folder: an authority of one's own (`ca`), certificates of it for two servers on this machine (`a`, `b`) and for one that
 * is on another (`elsewhere`), and one that it knows nothing of (`stranger`).
 */
export function makeCertificates(folder: string): void {
  const openssl = (...argv: readonly string[]): void => {
    execFileSync("openssl", argv, { cwd: folder, stdio: "ignore" });
  };
  const of = (address: string): string[] => ["-subj", `/CN=${address}`, "-addext", `subjectAltName=IP:${address}`];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  openssl("req", "-x509", ...key, "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.pem");
  const issued = { a: "127.0.0.1", b: "127.0.0.1", elsewhere: "192.0.2.1" };
  for (const [name, address] of Object.entries(issued)) {
    const files = ["-CA", "ca.pem", "-CAkey", "ca.key", "-keyout", `${name}.key`, "-out", `${name}.pem`];
    openssl("req", "-x509", ...key, ...of(address), ...files);
  }
  openssl("req", "-x509", ...key, ...of("127.0.0.1"), "-keyout", "stranger.key", "-out", "stranger.pem");
}
