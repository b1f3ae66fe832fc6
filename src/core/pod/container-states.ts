import { isJsonObject, type JsonObject } from "../json/json-object.ts";

/** A container as kubelet told of it at last. */
export type ContainerState = {
  readonly container: JsonObject;
  readonly state: JsonObject;
  /** What has to be pulled before it starts: its own image, and those of the image volumes that it mounts. */
  readonly images: readonly string[];
  /** Whether somebody has added it to the Pod, as `kubectl debug` does. */
  readonly isEphemeral: boolean;
};

const STATUS_LISTS = [
  ["containers", "containerStatuses"],
  ["initContainers", "initContainerStatuses"],
  ["ephemeralContainers", "ephemeralContainerStatuses"],
] as const;

/**
 * The containers of a Pod, as the API gives it, of which kubelet has told something. One that mounts a volume whose image
 * cannot be pulled waits as if the image were its own.
 * (kubernetes, pkg/kubelet/kuberuntime/kuberuntime_manager.go: toKubeContainerImageVolumes)
 */
export function readContainerStates({ spec, status }: JsonObject): readonly ContainerState[] {
  if (!isJsonObject(spec) || !isJsonObject(status)) return [];
  const volumes = readImageVolumes(spec);
  return STATUS_LISTS.flatMap(([list, statusList]) => {
    const states = new Map(itemsOf(status[statusList]).map(({ name, state }) => [name, state]));
    return itemsOf(spec[list]).flatMap((container) => {
      const state = states.get(container.name);
      if (!isJsonObject(state)) return [];
      const mounted = itemsOf(container.volumeMounts).map(({ name }) => volumes.get(name));
      const images = [container.image, ...mounted].filter((image) => typeof image === "string");
      return [{ container, state, images, isEphemeral: list === "ephemeralContainers" }];
    });
  });
}

function readImageVolumes({ volumes }: JsonObject): ReadonlyMap<unknown, unknown> {
  return new Map(
    itemsOf(volumes).flatMap(({ name, image }) => (isJsonObject(image) ? [[name, image.reference]] : [])),
  );
}

function itemsOf(list: unknown): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}
