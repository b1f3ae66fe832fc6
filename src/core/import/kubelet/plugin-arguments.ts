const FLAG = /^--?[\w-]+$/;
const SECRET = /pass|token|secret|key|cred|auth/i;
const USERINFO = /:\/\/[^/\s]*@/;
/** A switch, the path of a file, or one of the ways to authenticate that plugins of clouds know. */
const HARMLESS = /^(?:true|false|gcr|dockercfg|dockercfg-url|\/[\w./-]*\.\w+)?$/;

/** The positions of those arguments of a plugin that may hold a credential. */
export function findSecretArguments(args: readonly string[]): readonly number[] {
  return args.flatMap((arg, index) => {
    if (USERINFO.test(arg)) return [index];
    const [flag = "", ...rest] = arg.split("=");
    if (!FLAG.test(flag) || !SECRET.test(flag)) return [];
    if (rest.length > 0) return HARMLESS.test(rest.join("=")) ? [] : [index];
    const next = args[index + 1];
    return next === undefined || next.startsWith("-") || HARMLESS.test(next) ? [] : [index + 1];
  });
}
