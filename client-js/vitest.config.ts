import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that wait for time-outs of half a minute: begun last, they would be all that runs in the end. */
const waiting = /\/server\/(network|restart|token)\.test\.ts$/;

class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const waits = (file: TestSpecification) => waiting.test(file.moduleId);
    return [...sorted.filter(waits), ...sorted.filter((file) => !waits(file))];
  }
}

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
    sequence: { sequencer: WaitingFirst },
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
