import { defineConfig } from "vitest/config";

const common = {
  environment: "node",
  // A process for each file would cost more than the tests in it.
  isolate: false,
  testTimeout: 90_000,
  hookTimeout: 90_000,
};

export default defineConfig({
  test: {
    // The tests wait for servers, browsers and time-outs more than they compute.
    maxWorkers: 4,
    projects: [
      { test: { ...common, name: "node", include: ["tests/{unit,server,package}/*.test.ts"] } },
      {
        test: {
          ...common,
          name: "chromium",
          include: ["tests/chromium/*.test.ts"],
          globalSetup: "tests/chromium/setup.ts",
        },
      },
    ],
  },
});
