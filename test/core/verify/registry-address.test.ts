import t from "tap";
import { parseImageReference } from "../../../src/core/image/reference.ts";
import { isLoopback, manifestPath, registryHost } from "../../../src/core/verify/registry-address.ts";

t.test("a registry answers where its name says, but Docker Hub", async (t) => {
  const rows = [
    ["docker.io", "registry-1.docker.io"],
    ["harbor.example.com:5000", "harbor.example.com:5000"],
    ["Harbor.example.com", "Harbor.example.com"],
    ["[::1]:5000", "[::1]:5000"],
    ["localhost", "localhost"],
    ["", null],
    ["a/b", null],
    ["user@host", null],
    ["a?b", null],
    ["a#b", null],
    ["a b", null],
    ["a:99999", null],
    ["*.example.com:x", null],
  ] as const;
  for (const [registry, host] of rows) t.equal(registryHost(registry), host, registry);
});

t.test("a manifest is asked for by its digest where there is one", async (t) => {
  const digest = `sha256:${"0".repeat(64)}`;
  const rows = [
    ["nginx", "/v2/library/nginx/manifests/latest"],
    ["quay.io/a/b:1", "/v2/a/b/manifests/1"],
    [`quay.io/a/b:1@${digest}`, `/v2/a/b/manifests/${digest}`],
  ] as const;
  for (const [image, path] of rows) {
    const parsed = parseImageReference(image);
    t.equal(parsed.ok && manifestPath(parsed.reference), path, image);
  }
});

t.test("only addresses of this very machine are loopback", async (t) => {
  const rows = [
    ["http://localhost:5000", true],
    ["http://127.0.0.1", true],
    ["http://127.9.9.9:1", true],
    ["http://127.1", true],
    ["http://[::1]:5000", true],
    ["http://127.0.0.1.example.com", false],
    ["http://localhost.example.com", false],
    ["http://10.0.0.1", false],
    ["http://0.0.0.0", false],
  ] as const;
  for (const [url, expected] of rows) t.equal(isLoopback(new URL(url)), expected, url);
});
