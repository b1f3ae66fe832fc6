// Loaded before pullcred (node --import): gives it metrics that can be switched off.
import { registerHooks } from "node:module";

const SWITCHED = new URL("./switched-metrics.ts", import.meta.url).href;
const MEASURING = /\/(observability\/metrics|policy\/mapping-reasons)\.ts$/;

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    if (context.parentURL === SWITCHED || !MEASURING.test(resolved.url)) return resolved;
    return { ...resolved, url: SWITCHED };
  },
});
