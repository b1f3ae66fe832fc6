/** How a node is made to pull an image: mounted as a volume, or as the image of a container. */
export type PullMethod = "volumes" | "containers";

/** The container that keeps the Pod running. */
export const PAUSE_CONTAINER = "pause";
/** The label by which a DaemonSet finds its Pods, with its name as the value. */
export const PREPULL_LABEL = "pullcred.dev/prepull";
/** The label by which kubelet says what its node runs. */
export const OS_LABEL = "kubernetes.io/os";

/** What a DaemonSet is to pull, and how. */
export type PrepullRequest = {
  readonly namespace: string;
  readonly images: readonly string[];
  readonly pullSecrets: readonly string[];
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly method: PullMethod;
  readonly pauseImage: string;
};

/** A DaemonSet in the field order of its manifest. */
export type PrepullDaemonSet = {
  readonly apiVersion: "apps/v1";
  readonly kind: "DaemonSet";
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly selector: object;
    readonly updateStrategy: object;
    readonly template: { readonly metadata: object; readonly spec: PrepullPodSpec };
  };
};

export type PrepullPodSpec = {
  readonly imagePullSecrets?: readonly { readonly name: string }[];
  readonly containers: readonly { readonly name: string; readonly image: string }[];
  readonly volumes?: readonly object[];
};

/** No image has a program of this name: its container is pulled for, and never starts. */
const NO_COMMAND = ["/pullcred-prepull-starts-nothing"];
/** What `pause` needs is below a tenth of it; what runtimes need to start it is below it. */
const RESOURCES = { requests: { cpu: "1m", memory: "2Mi" }, limits: { cpu: "50m", memory: "32Mi" } };
/** Nobody's; whatever the image says, so that Pod Security's "restricted" lets it run. */
const USER = 65534;

/** The name of the container that stands for an image: it tells what became of the pull. */
export function containerName(index: number): string {
  return `image-${index + 1}`;
}

/** The labels that a node has to have: Linux, because kubelets on Windows refuse a user ID and mount no image. */
export function selectNodes(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { ...labels, [OS_LABEL]: "linux" };
}

/**
 * Renders a DaemonSet whose Pods pull each image once on every node that is selected. Each image has a container of its own,
 * because kubelet tells of a failed pull, also of a volume's, in the state of the container that waits for it.
 */
export function renderDaemonSet(name: string, request: PrepullRequest): PrepullDaemonSet {
  const labels = { [PREPULL_LABEL]: name, "app.kubernetes.io/managed-by": "pullcred" };
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name, namespace: request.namespace, labels },
    spec: {
      selector: { matchLabels: { [PREPULL_LABEL]: name } },
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "100%" } },
      template: { metadata: { labels }, spec: renderPodSpec(request) },
    },
  };
}

/** Renders what its Pods are. */
export function renderPodSpec(request: PrepullRequest): PrepullPodSpec {
  const { images, pullSecrets, nodeSelector, method, pauseImage } = request;
  const isByVolume = method === "volumes";
  const pause = toContainer(PAUSE_CONTAINER, pauseImage);
  const ofImages = images.map((image, index) => {
    const name = containerName(index);
    if (!isByVolume) return toContainer(name, image, { command: NO_COMMAND });
    return toContainer(name, pauseImage, { volumeMounts: [{ name, mountPath: "/image", readOnly: true }] });
  });
  const toVolume = (reference: string, index: number): object => ({
    name: containerName(index),
    image: { reference },
  });
  return {
    ...(pullSecrets.length > 0 && { imagePullSecrets: pullSecrets.map((secret) => ({ name: secret })) }),
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 1,
    nodeSelector: selectNodes(nodeSelector),
    tolerations: [{ operator: "Exists" }],
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER,
      runAsGroup: USER,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [pause, ...ofImages],
    ...(isByVolume && { volumes: images.map(toVolume) }),
  } as PrepullPodSpec;
}

function toContainer(name: string, image: string, parts: object = {}): { name: string; image: string } {
  return {
    name,
    image,
    ...parts,
    resources: RESOURCES,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
  } as { name: string; image: string };
}
