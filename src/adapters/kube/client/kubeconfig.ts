import { readFile } from "node:fs/promises";
import { type RequestOptions, validateHeaderValue } from "node:http";
import { kubeconfigError } from "../../../core/kubeconfig/kubeconfig-error.ts";
import {
  type Kubeconfig,
  type KubeconfigEntry,
  parseKubeconfig,
} from "../../../core/kubeconfig/parse-kubeconfig.ts";
import { selectContext } from "../../../core/kubeconfig/select-context.ts";
import { explainReadError } from "../../files/explain-read-error.ts";
import { checkKeyPair } from "../../tls/key-pair.ts";
import type { Access } from "./kube-connection.ts";
import { entryError, readFields } from "./kubeconfig-fields.ts";
import { findKubeconfigFiles } from "./kubeconfig-files.ts";
import { logIn } from "./kubeconfig-login.ts";

const ANONYMOUS: KubeconfigEntry = { file: "", name: "", fields: {} };

/**
 * Reads the current context of the kubeconfig that KUBECONFIG or the home folder has. No error of it holds a value of the
 * file, or the error of a library, which may quote one.
 */
export async function readKubeconfigAccess(environment: NodeJS.ProcessEnv): Promise<Access> {
  const files = await Promise.all(findKubeconfigFiles(environment).map(readKubeconfig));
  const { cluster, user = ANONYMOUS } = selectContext(files);
  const { headers, cert, key } = await readUser(user, environment);
  const server = readServer(cluster);
  const fields = readFields(cluster, "cluster");
  const [ca, servername] = [await fields.content("certificate-authority"), fields.text("tls-server-name")];
  return {
    server,
    tls: {
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(servername !== undefined && { servername }),
      ...(isUnverified(cluster) && { rejectUnauthorized: false }),
    },
    headers,
  };
}

async function readKubeconfig(file: string): Promise<Kubeconfig> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw kubeconfigError(file, explainReadError(error));
  });
  return parseKubeconfig(file, decode(file, bytes));
}

function decode(file: string, bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw kubeconfigError(file, "it is not UTF-8 text: save it as UTF-8");
  }
}

function readServer(cluster: KubeconfigEntry): URL {
  const url = URL.parse(readFields(cluster, "cluster").text("server") ?? "");
  if (url === null || !/^https?:$/.test(url.protocol))
    throw entryError(cluster, "cluster", "its server is no URL: write https://HOST:PORT");
  if (url.protocol === "http:" && !isUnverified(cluster)) {
    const remedy = "write https, or insecure-skip-tls-verify: true";
    throw entryError(
      cluster,
      "cluster",
      `its server is http, where anybody can read the credential: ${remedy}`,
    );
  }
  return url;
}

function isUnverified({ fields }: KubeconfigEntry): boolean {
  return fields["insecure-skip-tls-verify"] === true;
}

async function readUser(
  user: KubeconfigEntry,
  environment: NodeJS.ProcessEnv,
): Promise<Pick<Access, "headers"> & Pick<Access["tls"], "cert" | "key">> {
  refuseUnknownImpersonation(user);
  const { text, file, content } = readFields(user, "user");
  const token = (await file("tokenFile"))?.trim() ?? text("token");
  const [name, password = "", impersonated] = [text("username"), text("password"), text("as")];
  const login = token === undefined ? await logIn(user, environment) : {};
  const headers = {
    ...toHeaders(login.headers),
    ...(name !== undefined && {
      authorization: `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`,
    }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(impersonated !== undefined && { "impersonate-user": impersonated }),
  };
  const cert = login.cert?.toString() ?? (await content("client-certificate"));
  const key = login.key?.toString() ?? (await content("client-key"));
  checkHeaders(user, headers);
  checkCertificate(user, cert, key);
  return { headers, ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) };
}

/** A user without the groups that it should have is another one, who would be refused without a reason that anybody sees. */
function refuseUnknownImpersonation(user: KubeconfigEntry): void {
  const [field] = ["as-groups", "as-uid", "as-user-extra"].filter((name) => user.fields[name]);
  if (field !== undefined)
    throw entryError(
      user,
      "user",
      `pullcred does not know how to be somebody else by ${field}: use another user`,
    );
}

function toHeaders(headers: RequestOptions["headers"] = {}): Access["headers"] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

/** Node would find it at the first request only, where nobody knows any more where it came from. */
function checkHeaders(user: KubeconfigEntry, headers: Access["headers"]): void {
  try {
    for (const [name, value] of Object.entries(headers)) validateHeaderValue(name, value);
  } catch {
    const problem = "its credential has a character that no request can carry: look for line breaks";
    throw entryError(user, "user", problem);
  }
}

function checkCertificate(
  user: KubeconfigEntry,
  certificate: string | undefined,
  key: string | undefined,
): void {
  if (certificate === undefined && key === undefined) return;
  if (certificate === undefined || key === undefined)
    throw entryError(user, "user", "client-certificate and client-key go together: add the other one");
  try {
    checkKeyPair({ certificate, key });
  } catch {
    throw entryError(user, "user", "its client certificate and key are not PEM, or do not belong together");
  }
}
