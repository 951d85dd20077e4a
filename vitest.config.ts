import { defineConfig } from "vitest/config";
import { temporaryFolder } from "./test/temporary-folder.ts";
import { testsByProcess } from "./test/processes.ts";

const { plain, sharing, opening, alone } = testsByProcess(import.meta.dirname);

export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // What is waited for comes at once on a machine that is idle, and not within the second of the default on one that is busy.
    expect: { poll: { timeout: 30_000 } },
    projects: [
      { extends: true, test: { name: "plain", include: [...plain], isolate: false } },
      {
        extends: true,
        test: {
          name: "sharing",
          include: [...sharing],
          isolate: false,
          globalSetup: "test/temporary-folder.ts",
          env: { TMPDIR: temporaryFolder },
        },
      },
      { extends: true, test: { name: "opening", include: [...opening], isolate: false } },
      { extends: true, test: { name: "alone", include: [...alone] } },
    ],
  },
});
