import t from "tap";
import { describeServer, placeOfServer } from "../../../src/core/credential/server-name.ts";

t.test("a server is shown without what may be a credential", async (t) => {
  const rows = [
    ["reg.example.com", "reg.example.com"],
    ["https://index.docker.io/v1/", "https://index.docker.io/v1/"],
    ["reg.example.com:5000/team", "reg.example.com:5000/team"],
    ["https://bob:hunter2@reg.example.com", "https://reg.example.com"],
    ["bob:hunter2@reg.example.com/team", "reg.example.com/team"],
    ["https://bob:h@nt/er#2?@reg.example.com:5000/x", "https://reg.example.com:5000/x"],
    ["bob:a://hunter2@reg.example.com", "reg.example.com"],
    ["https://bob:hunter2@", "https://"],
    ["https://reg.example.com?token=hunter2", "https://reg.example.com"],
    ["reg.example.com#hunter2", "reg.example.com"],
    ["", ""],
  ] as const;
  for (const [server, shown] of rows) t.equal(describeServer(server), shown, server);
});

t.test("its place quotes what is shown", async (t) => {
  t.equal(placeOfServer("auths", 'bob:hunter2@a"b'), 'auths["a\\"b"]');
});
