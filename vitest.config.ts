import { defineConfig } from "vitest/config";
import { testsByProcess } from "./test/processes.ts";

const { shared, alone } = testsByProcess(import.meta.dirname);

export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: "shared", include: [...shared], isolate: false } },
      { extends: true, test: { name: "alone", include: [...alone] } },
    ],
  },
});
