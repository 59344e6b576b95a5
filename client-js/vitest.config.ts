import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";

const chromium = process.env.PUSHBRIDGE_CHROMIUM ?? "/usr/bin/chromium";

export default defineConfig({
  test: {
    // The tests wait for servers, browsers and time-outs more than they compute.
    maxWorkers: 4,
    projects: [
      {
        test: {
          name: "node",
          include: ["tests/{unit,server,chromium,package}/*.test.ts"],
          environment: "node",
          // A process for each file would cost more than the tests in it.
          isolate: false,
          testTimeout: 90_000,
          hookTimeout: 90_000,
        },
      },
      {
        test: {
          name: "chromium",
          include: ["tests/unit/*.test.ts"],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath: chromium, args: ["--no-sandbox"] } }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
    ],
  },
});
