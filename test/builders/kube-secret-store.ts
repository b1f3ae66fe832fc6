import { createKubeSecretStore } from "../../src/adapters/kube/secrets/kube-secret-store.ts";
import type { KubeObject } from "../../src/adapters/kube/watch/kube-object.ts";
import type { Scope } from "../../src/core/policy/namespace-rule.ts";
import type { Secret } from "../../src/core/secret/secret.ts";
import type { StoreError } from "../../src/core/secret/store-error.ts";
import { fakeReflectors } from "./fake-reflectors.ts";
import { kubeSecret } from "./kube-secret.ts";

/** The copies that are followed in every namespace. */
export const COPIES = new Map<string, Scope>([["harbor-pull", "all"]]);
export const ORIGINS = new Set(["creds"]);

/** A store whose requests a test answers. */
export function kubeSecretStore() {
  const { start, started, one } = fakeReflectors();
  let present: KubeObject | undefined;
  const requests: string[] = [];
  const heard: string[] = [];
  let failure: StoreError | undefined;
  const store = createKubeSecretStore({
    api: {
      async get(namespace, name) {
        requests.push(`get ${namespace}/${name}`);
        return present;
      },
      async apply({ metadata }) {
        requests.push(`apply ${metadata.namespace}/${metadata.name}`);
        if (failure !== undefined) throw failure;
        return present ?? kubeSecret();
      },
      async delete({ metadata }) {
        requests.push(`delete ${metadata.namespace}/${metadata.name}`);
        if (failure !== undefined) throw failure;
      },
    },
    ownNamespace: "pullcred",
    signs: {
      manager: "pullcred",
      isOthers: ({ metadata }) => metadata.ownerReferences?.[0]?.name === "eu-harbor",
    },
    startReflector: start,
  });
  store.watch((namespace, name) => heard.push(`${namespace}/${name}`));
  const answer = (object: KubeObject | undefined): void => {
    present = object;
  };
  const fail = (error: StoreError): void => {
    failure = error;
  };
  const dataOf = (namespace = "team-a", name = "harbor-pull"): string | undefined =>
    store.peek(namespace, name)?.data?.[".dockerconfigjson"];
  return { store, started, one, requests, heard, answer, fail, dataOf };
}

/** The same, synced with a list of these Secrets of the copies' name. */
export function syncedStore(...items: KubeObject[]) {
  const world = kubeSecretStore();
  world.store.follow(COPIES, ORIGINS);
  world.one().list(...items);
  world.heard.length = 0;
  return world;
}

/** The Secret as a look would have found it. */
export const seen = (object: KubeObject): Secret => ({ ...(object as unknown as Secret) });
