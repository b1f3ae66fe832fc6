import type { Scope } from "../../../core/policy/namespace-rule.ts";
import type { Reflector } from "./reflector.ts";

/** A name that is followed: in one namespace, or in all of them. */
export type Place = { readonly name: string; readonly namespace?: string };

/** What is followed, each with a reflector of its own. */
export type FollowedPlaces<T> = {
  /** Starts what is new and stops what is missing; the rest goes on undisturbed. */
  replace(places: readonly Place[]): void;
  /** What covers the name in this namespace. */
  find(name: string, namespace: string): T | undefined;
  /** The reflectors, without those of a namespace in which there is no right, or not yet: nothing is to be heard there. */
  reflectors(isMeant?: (place: Place) => boolean): readonly Reflector[];
};

type Followed<T> = { readonly place: Place; readonly value: T };

/** Follows nothing until `replace`. */
export function followPlaces<T extends { readonly reflector: Reflector }>(
  start: (place: Place) => T,
): FollowedPlaces<T> {
  const followed = new Map<string, Followed<T>>();
  return {
    replace(places) {
      const wanted = new Map(places.map((place) => [keyOf(place), place]));
      for (const [key, { value }] of followed) {
        if (wanted.has(key)) continue;
        value.reflector.stop();
        followed.delete(key);
      }
      for (const [key, place] of wanted) {
        if (!followed.has(key)) followed.set(key, { place, value: start(place) });
      }
    },
    find: (name, namespace) =>
      (followed.get(keyOf({ name })) ?? followed.get(keyOf({ name, namespace })))?.value,
    reflectors: (isMeant = () => true) =>
      [...followed.values()]
        .filter(({ place }) => isMeant(place))
        .filter(({ place, value }) => place.namespace === undefined || !value.reflector.isForbidden())
        .map(({ value }) => value.reflector),
  };
}

/** The places of names that are to be followed in these scopes. */
export function toPlaces(scopes: ReadonlyMap<string, Scope>): readonly Place[] {
  return [...scopes].flatMap(([name, scope]) =>
    scope === "all" ? [{ name }] : [...scope].map((namespace) => ({ name, namespace })),
  );
}

/** No namespace is called "*". */
function keyOf({ name, namespace = "*" }: Place): string {
  return `${namespace}/${name}`;
}
