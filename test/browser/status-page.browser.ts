import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import type { StatusReport } from "../../src/core/status/status-report.ts";
import { decision, listOf, mappingStatus, statusReport, troubledReport } from "../builders/status-report.ts";
import { findBarriers, startBrowser, WIDTHS } from "./lib/browser.ts";
import { serveReports } from "./lib/status-server.ts";

/** Where pictures are left for people to look at. */
const PICTURES = process.env.PULLCRED_TEST_PICTURES;

const HOSTILE = `<img src=x onerror=alert(1)></code><script>alert(2)</script>"'&\u202e${"W".repeat(250)}`;

/** A report whose every text from outside is an attack, and too long for any window. */
function hostileReport(): StatusReport {
  const copy = { namespace: HOSTILE, state: "missing", reason: "CopyFailed", message: HOSTILE } as const;
  const origin = { ...mappingStatus().origin, state: "broken" as const, problems: listOf(HOSTILE) };
  return statusReport({
    replica: { ...statusReport().replica, instance: HOSTILE, problem: HOSTILE },
    mappings: listOf(mappingStatus({ matchImages: listOf(HOSTILE), origin, troubled: listOf(copy) })),
    decisions: [decision({ namespace: HOSTILE, pod: HOSTILE, added: [HOSTILE] })],
  });
}

const EMPTY = statusReport({ mappings: listOf(), decisions: [], watches: [], certificate: null });
const REPORTS = { well: statusReport(), troubled: troubledReport(), empty: EMPTY, hostile: hostileReport() };
const NAMES = Object.keys(REPORTS) as (keyof typeof REPORTS)[];
const SCHEMES = ["light", "dark"] as const;

const open = await startBrowser(t);
const urlOf = await serveReports(t, REPORTS);

t.test("nobody is kept out, in the light and in the dark, on a desk and on a phone", async (t) => {
  for (const name of NAMES) {
    for (const colorScheme of SCHEMES) {
      for (const [device, width] of Object.entries(WIDTHS)) {
        const what = `${name}, ${colorScheme}, ${device}`;
        const window = await open({ colorScheme, viewport: { width, height: 800 } });
        t.equal(await window.open(urlOf(name)), 200, what);
        t.same(await findBarriers(window.page), [], what);
        const { scroll, inner } = (await window.page.evaluate(
          "({ scroll: document.documentElement.scrollWidth, inner: innerWidth })",
        )) as { scroll: number; inner: number };
        t.ok(scroll <= inner, `${what}: nothing to scroll sideways`);
        t.same(window.offences, [], `${what}: nothing but the page is loaded, and it does nothing`);
        if (PICTURES !== undefined) {
          if (!existsSync(PICTURES)) mkdirSync(PICTURES, { recursive: true });
          const path = join(PICTURES, `${name}-${colorScheme}-${device}.png`);
          await window.page.screenshot({ path, fullPage: true });
        }
        await window.page.context().close();
      }
    }
  }
});

t.test("the two schemes look as they should", async (t) => {
  const backgrounds: string[] = [];
  for (const colorScheme of SCHEMES) {
    const { page, open: go } = await open({ colorScheme });
    await go(urlOf("well"));
    backgrounds.push(String(await page.evaluate("getComputedStyle(document.body).backgroundColor")));
  }
  t.same(backgrounds, ["rgb(246, 247, 249)", "rgb(14, 17, 22)"], "the style is applied, whatever the policy");
});

t.test("it works without JavaScript", async (t) => {
  const { page, open: go, offences } = await open({ javaScriptEnabled: false });
  await go(urlOf("troubled"));
  await page.getByRole("heading", { level: 1, name: "12 things need attention" }).waitFor();
  const row = page.getByRole("row", { name: "exceeded quota: count/secrets" });
  t.ok(await row.isVisible());
  await page.getByText("133 namespaces without the current copy").click();
  t.notOk(await row.isVisible(), "a list can be folded");
  await page.getByRole("link", { name: "hub" }).click();
  t.match(page.url(), /#mapping-hub$/);
  t.same(offences, []);
});

t.test("who hears the page finds its parts by their names", async (t) => {
  const { page, open: go } = await open({ viewport: { width: WIDTHS.phone, height: 800 } });
  await go(urlOf("well"));
  const rows = [
    ["banner", undefined],
    ["main", undefined],
    ["contentinfo", undefined],
    ["navigation", "On this page"],
    ["region", "All is well"],
    ["region", "Mappings"],
    ["article", "harbor"],
    ["table", "The last reviews of Pods that this replica answered, the newest first"],
    ["table", "How each resource of the cluster is followed"],
    ["columnheader", "Decision"],
    ["rowheader", "secrets"],
    ["cell", "Injected"],
  ] as const;
  for (const [role, name] of rows)
    t.equal(
      await page.getByRole(role, name === undefined ? {} : { name }).count(),
      1,
      `${role} ${name ?? ""}`,
    );
});

t.test("what comes from outside stays text", async (t) => {
  const { page, open: go, offences } = await open();
  await go(urlOf("hostile"));
  t.equal(await page.locator("img, script, iframe").count(), 0);
  t.ok((await page.getByText("<img src=x onerror=alert(1)>").count()) > 4, "and can be read");
  t.same(offences, []);
});

t.test("even markup that got in could do nothing", async (t) => {
  const { page, open: go, offences } = await open();
  await go(urlOf("well"));
  await page.evaluate(`{
    const div = document.createElement("div");
    div.innerHTML = '<img src="http://127.0.0.1:1/x.png"><b style="color: red" onclick="alert(1)">x</b>';
    document.body.append(div);
    div.querySelector("b").click();
  }`);
  t.match(offences, [/violates the following Content Security Policy/]);
  t.notOk(offences.some((offence) => offence.startsWith("dialog")));
});

t.test("it can be printed", async (t) => {
  const { page, open: go } = await open({ colorScheme: "light" });
  await go(urlOf("troubled"));
  t.match((await page.pdf({ format: "A4" })).subarray(0, 5).toString(), "%PDF-");
});
