import t from "tap";
import { readTraceId } from "../../../src/core/admission/trace-id.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";

t.test("the trace is read from a valid header only", (t) => {
  const cases: readonly (readonly [string, string | undefined, string | undefined])[] = [
    ["none", undefined, undefined],
    ["a sampled one", `00-${TRACE}-${PARENT}-01`, TRACE],
    ["one that is not sampled", `00-${TRACE}-${PARENT}-00`, TRACE],
    ["a later version with more behind", `cc-${TRACE}-${PARENT}-01-what-comes`, TRACE],
    ["the version that never is", `ff-${TRACE}-${PARENT}-01`, undefined],
    ["a trace of zeros", `00-${"0".repeat(32)}-${PARENT}-01`, undefined],
    ["upper case", `00-${TRACE.toUpperCase()}-${PARENT}-01`, undefined],
    ["too short", `00-${TRACE.slice(1)}-${PARENT}-01`, undefined],
    ["two headers", `00-${TRACE}-${PARENT}-01, 00-${TRACE}-${PARENT}-01`, undefined],
    ["no header of this kind", "x\n", undefined],
    ["nothing", "", undefined],
  ];
  for (const [name, header, trace] of cases) t.equal(readTraceId(header), trace, name);
  t.end();
});
