import t from "tap";
import { hideCredentials } from "../../../src/core/prepull/hide-credentials.ts";
import { judgeContainer } from "../../../src/core/prepull/judge-container.ts";

const waiting = (reason?: string, message?: string): object => ({ state: { waiting: { reason, message } } });
const ended = { terminated: { exitCode: 128, reason: "StartError" } };

t.test("a container's status tells whether its image is there", async (t) => {
  const rows: readonly (readonly [string, object, string])[] = [
    ["it runs", { state: { running: {} } }, "Pulled"],
    ["it has ended", { state: ended }, "Pulled"],
    ["it ended once, and cannot pull again", { ...waiting("ErrImagePull"), lastState: ended }, "Pulled"],
    ["it waits, and has an image", { ...waiting("ContainerCreating"), imageID: "sha256:x" }, "Pulled"],
    ["it cannot start", waiting("RunContainerError"), "Pulled"],
    ["it cannot start again and again", waiting("CrashLoopBackOff"), "Pulled"],
    ["it cannot be created", waiting("CreateContainerError"), "Pulled"],
    ["its config is wrong", waiting("CreateContainerConfigError"), "Pulled"],
    ["it waits", waiting("ContainerCreating"), "Pending"],
    ["it waits for others", waiting("PodInitializing"), "Pending"],
    ["nothing", {}, "Pending"],
    ["no reason", waiting(), "Pending"],
    ["the pull failed", waiting("ErrImagePull"), "Failed"],
    ["the pull failed before", waiting("ImagePullBackOff"), "Failed"],
    ["the registry is away", waiting("RegistryUnavailable"), "Failed"],
    ["the name is wrong", waiting("InvalidImageName"), "Failed"],
    ["a pull secret is broken", waiting("illegal base64 data at input byte 3"), "Failed"],
  ];
  for (const [name, status, result] of rows) t.equal(judgeContainer({ ...status }).result, result, name);
});

t.test("reason and message are told without credentials", async (t) => {
  const status = { ...waiting("ErrImagePull", "Get https://u:word@r.example.com/v2/?sig=word: EOF") };
  t.match(judgeContainer(status), { reason: "ErrImagePull", message: "Get https://r.example.com/v2/?… EOF" });
  const rows = [
    ["nothing to hide", "nothing to hide"],
    ['Get "https://r.example.com:5000/v2/": EOF', 'Get "https://r.example.com:5000/v2/": EOF'],
    ["https://token@r.example.com/x", "https://r.example.com/x"],
    ["http://u:w@a/ and https://u:w@b/?w#f", "http://a/ and https://b/?…#f"],
    ["robot@example.com", "robot@example.com"],
    ["x".repeat(700), `${"x".repeat(600)}…`],
  ] as const;
  for (const [message, expected] of rows) t.equal(hideCredentials(message), expected);
});
