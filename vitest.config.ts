import { defineConfig } from "vitest/config";

/** Folders that never open the engine and keep nothing to themselves: their files may share a process, which saves starting one for each. */
const sharing = [
  "src/{api,gateway,share,decide,sim,math,model,kit}",
  "src/detect/{calibration,campaigns,continuation,infrastructure,intent,partition,regularity,twins}",
  "src/ingest/{account-facts,batch,body,keys,otlp,spool}",
  "src/cli/{audit,dossier,explain,log,report,schemas,simulate,terminal}",
  "bench/{bound,circle}",
].map((folders) => `${folders}/**/*.test.ts`);

export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: "shared", include: sharing, isolate: false } },
      {
        extends: true,
        test: {
          name: "alone",
          include: ["src/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts"],
          // The engine allows one data directory per process.
          exclude: [...sharing, "**/node_modules/**"],
        },
      },
    ],
  },
});
