import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import t, { type Test } from "tap";
import { pullcred, ROOT } from "../builders/cli.ts";
import { configText } from "../builders/config.ts";
import { answerScript, installPlugin } from "../builders/plugin-program.ts";

const KUBELET = process.env.PULLCRED_TEST_KUBELET ?? "";

/** Installs pullcred on a node as `--print-config` says, and asks kubelet's own code for images. */
async function setUp(t: Test) {
  const folder = t.testdir({
    "config.json": JSON.stringify({
      auths: { "harbor.example.com": { username: "robot", password: "pass:word" } },
    }),
    "hub.json": JSON.stringify({
      auths: { "https://index.docker.io/v1/": { username: "hub", password: "hub-pass" } },
    }),
  });
  const auth = 'auth: { "eu.example.com": { username: "AWS", password: "token" } }';
  const note = 'fs.appendFileSync(new URL("asked", import.meta.url), request.image + "\\n");';
  const command = installPlugin(folder, note + answerScript(`cacheKeyType: "Registry", ${auth}`));
  const file = (name: string): object => ({ configFile: { path: join(folder, name) } });
  const config = join(folder, "config.yaml");
  writeFileSync(
    config,
    configText([
      { name: "harbor", matchImages: ["harbor.example.com/team-a/"], credentials: file("config.json") },
      { name: "hub", matchImages: ["index.docker.io/acme/"], credentials: file("hub.json") },
      {
        name: "plugin",
        matchImages: ["*.example.com"],
        credentials: { exec: { command, image: "eu.example.com/app" } },
      },
      { name: "secret", matchImages: ["quay.io"] },
    ]),
  );
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const program = join(bin, "pullcred");
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, "src", "main.ts")}" "$@"\n`);
  chmodSync(program, 0o755);
  const printed = await pullcred(["credential-provider", "--print-config", "--config", config]);
  const providers = join(folder, "providers.yaml");
  writeFileSync(providers, printed.stdout);
  return {
    asked: (): readonly string[] => readFileSync(join(folder, "asked"), "utf8").trim().split("\n"),
    async ask(...images: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
      const { stdout } = await promisify(execFile)(KUBELET, [providers, bin, ...images]);
      const lines = stdout.trim().split("\n");
      return Object.fromEntries(
        lines.map((line) => {
          const { image, credentials } = JSON.parse(line);
          return [image, credentials.map(({ username }: { username: string }) => username)];
        }),
      );
    },
  };
}

t.test("kubelet accepts the printed configuration, and pulls with what pullcred answers", async (t) => {
  const { ask } = await setUp(t);
  const images = [
    "harbor.example.com/team-a/shop",
    "docker.io/acme/app",
    "eu.example.com/app",
    "docker.io/library/nginx",
    "quay.io/app",
  ];
  t.same(await ask(...images), {
    "harbor.example.com/team-a/shop": ["robot"],
    "docker.io/acme/app": ["hub"],
    "eu.example.com/app": ["AWS"],
    "docker.io/library/nginx": [],
    "quay.io/app": [],
  });
});

t.test("kubelet keeps an answer for a registry only where its path makes no difference", async (t) => {
  const { ask, asked } = await setUp(t);
  t.same(await ask("eu.example.com/a", "eu.example.com/b"), {
    "eu.example.com/a": ["AWS"],
    "eu.example.com/b": ["AWS"],
  });
  t.equal(asked().length, 1, "asked once for a registry without paths");
  t.same(await ask("harbor.example.com/other/app", "harbor.example.com/team-a/shop"), {
    "harbor.example.com/other/app": [],
    "harbor.example.com/team-a/shop": ["robot"],
  });
});
