import type { KubeObject } from "../../src/adapters/kube/watch/kube-object.ts";
import type { Collection } from "../../src/adapters/kube/watch/list-objects.ts";
import type { Reflected, Reflector } from "../../src/adapters/kube/watch/reflector.ts";

type Started = Reflected;

/** A reflector whose news a test makes. */
export type FakeReflector = {
  readonly collection: Collection;
  isStopped: boolean;
  list(...items: KubeObject[]): void;
  /** The same, as of a resource version. */
  listAt(version: number, ...items: KubeObject[]): void;
  add(object: KubeObject): void;
  change(object: KubeObject): void;
  remove(object: KubeObject): void;
  forbid(): void;
};

/** Takes the place of `startReflector`, and keeps what was started. */
export function fakeReflectors() {
  const started: FakeReflector[] = [];
  const start = ({ collection, onList, isKept = () => true, onChange, onForbidden }: Started): Reflector => {
    let isSynced = false;
    let isForbidden = false;
    const fake: FakeReflector = {
      collection,
      isStopped: false,
      list: (...items) => fake.listAt(0, ...items),
      listAt(version, ...items) {
        isSynced = true;
        isForbidden = false;
        const kept: KubeObject[] = [];
        for (const item of items) if (isKept(item, kept.length)) kept.push(item);
        onList(kept, String(version));
      },
      add: (object) => onChange(object, false, true),
      change: (object) => onChange(object, false, false),
      remove: (object) => onChange(object, true, false),
      forbid() {
        isForbidden = true;
        onForbidden?.();
      },
    };
    started.push(fake);
    return {
      isSynced: () => isSynced,
      isForbidden: () => isForbidden,
      tried: Promise.resolve(),
      heardAt: () => 0,
      stop() {
        fake.isStopped = true;
      },
    };
  };
  const one = (index = 0): FakeReflector => {
    const found = started[index];
    if (found === undefined) throw new Error(`no reflector ${index} was started`);
    return found;
  };
  return { start, started, one };
}
