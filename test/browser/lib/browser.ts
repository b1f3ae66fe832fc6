import axe, { type AxeResults } from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import type { Test } from "tap";

/** Debian's. */
const PROGRAM = "/usr/bin/chromium";

/** How wide the window is: a desktop's, and the smallest phone's. */
export const WIDTHS = { desktop: 1280, phone: 360 } as const;

/** A window, and what a page in it did that it should not have done. */
export type Window = {
  readonly page: Page;
  /** Requests beyond the one for the page, errors on the console and of scripts, dialogs. */
  readonly offences: readonly string[];
  /** Goes to a page and returns what the server answered. */
  open(url: string): Promise<number>;
};

/** Starts the browser for a test file. */
export async function startBrowser(t: Test): Promise<(options?: BrowserContextOptions) => Promise<Window>> {
  // The sandbox needs rights that containers lack; nothing but this project's own page is opened.
  const browser: Browser = await chromium.launch({ executablePath: PROGRAM, args: ["--no-sandbox"] });
  t.teardown(() => browser.close());

  return async (options = {}) => {
    const context = await browser.newContext({
      viewport: { width: WIDTHS.desktop, height: 800 },
      ...options,
    });
    const page = await context.newPage();
    const offences: string[] = [];
    let expected = "";
    page.on("request", (request) => {
      const url = request.url();
      if (url !== expected && !url.startsWith("data:")) offences.push(`request ${url}`);
    });
    page.on("console", (message) => offences.push(`console ${message.text()}`));
    page.on("pageerror", (error) => offences.push(`error ${error.message}`));
    page.on("dialog", (dialog) => {
      offences.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    return {
      page,
      offences,
      async open(url) {
        expected = url;
        const response = await page.goto(url, { waitUntil: "networkidle" });
        return response?.status() ?? 0;
      },
    };
  };
}

/** What axe finds wrong for people who see, hear or point otherwise, by WCAG 2.2 AA and its own best practices. */
export async function findBarriers(page: Page): Promise<readonly string[]> {
  // Put there by the test's own hand: the page's policy lets no script in, and must not be relaxed for this.
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate(
    "axe.run(document, { resultTypes: ['violations'] })",
  )) as AxeResults;
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}
