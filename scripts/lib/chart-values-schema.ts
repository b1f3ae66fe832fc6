import { type TProperties, type TSchema, Type } from "typebox";
import { LOG_LEVELS } from "../../src/adapters/observability/log-levels.ts";
import { chartProvisioning, chartRegistries } from "./chart-registries-schema.ts";

/** A mapping that knows its keys. All may be absent: what is not written comes from values.yaml, and null takes it away. */
function known<T extends TProperties>(properties: T): TSchema {
  return Type.Partial(Type.Object(properties), { additionalProperties: false });
}

/** A mapping of which these keys must be there, and whatever else Kubernetes knows may be. */
function withKeys(...keys: readonly string[]): TSchema {
  return Type.Object(Object.fromEntries(keys.map((key) => [key, Type.String({ minLength: 1 })])));
}

/** What Kubernetes checks when it is applied. */
const anything = Type.Unsafe<object>({ type: "object" });
const anythings = Type.Array(anything);
/** Labels, annotations. */
const texts = Type.Unsafe<object>({ type: "object", additionalProperties: { type: "string" } });
const selector = known({
  matchLabels: texts,
  matchExpressions: Type.Array(withKeys("key", "operator")),
});
const port = Type.Integer({ minimum: 1, maximum: 65_535 });
const podCount = Type.Unsafe<string>({ type: ["integer", "string"], minimum: 0, pattern: "^([0-9]+%)?$" });
const switched = Type.Boolean();
/** A DNS label, or nothing. */
const label = (maxLength: number): TSchema =>
  Type.String({ maxLength, pattern: "^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$" });

/**
 * What one value of the chart alone must be. Types only: what each is for stands in values.yaml, from which the
 * descriptions come. What values must be together stands in the templates' guards.
 */
export const chartValuesSchema: TSchema = known({
  // A parent chart has these for itself, and Helm checks them here.
  enabled: Type.Boolean({ description: "For the `condition` of a parent chart." }),
  global: Type.Unsafe<object>({ type: "object", description: "For all parts of a parent chart." }),

  // So that a configuration, such as one that `pullcred import` prints, is a file of values as it is.
  apiVersion: Type.Enum(["pullcred.dev/v1"], {
    description: "That of a configuration, which may be given as values.",
  }),
  kind: Type.Enum(["Config"], { description: "The same." }),
  provisioning: chartProvisioning,
  registries: chartRegistries,
  nameOverride: label(63),
  fullnameOverride: label(55),
  commonLabels: texts,
  replicaCount: Type.Integer({ minimum: 1 }),
  image: known({
    repository: Type.String({ minLength: 1 }),
    tag: Type.String(),
    digest: Type.String({ pattern: "^(sha256:[a-f0-9]{64})?$" }),
    pullPolicy: Type.Enum(["Always", "IfNotPresent", "Never"]),
  }),
  imagePullSecrets: Type.Array(withKeys("name")),
  logLevel: Type.Enum([...LOG_LEVELS]),
  drainDelay: Type.Number({ minimum: 0, maximum: 600 }),
  extraArgs: Type.Array(Type.String()),
  extraEnv: Type.Array(withKeys("name")),
  extraVolumes: Type.Array(withKeys("name")),
  extraVolumeMounts: Type.Array(withKeys("name", "mountPath")),
  webhook: known({
    port,
    failurePolicy: Type.Enum(["Ignore", "Fail"]),
    timeoutSeconds: Type.Integer({ minimum: 1, maximum: 30 }),
    excludedNamespaces: Type.Array(
      Type.String({ maxLength: 63, pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" }),
    ),
    namespaceSelector: selector,
    objectSelector: selector,
    matchConditions: Type.Array(withKeys("name", "expression")),
    annotations: texts,
  }),
  certificates: known({
    mode: Type.Enum(["self", "cert-manager", "files"]),
    certManager: known({
      issuerRef: known({ name: Type.String(), kind: Type.String(), group: Type.String() }),
      duration: Type.String({ minLength: 1 }),
      renewBefore: Type.String(),
    }),
    files: known({ secretName: Type.String(), caBundle: Type.String() }),
  }),
  rbac: known({ namespacedRoles: switched }),
  repair: known({ enabled: switched }),
  statusPage: known({ enabled: switched }),
  serviceAccount: known({ create: switched, name: Type.String(), annotations: texts }),
  service: known({ annotations: texts }),
  metrics: known({
    port,
    annotations: texts,
    serviceMonitor: known({
      enabled: switched,
      labels: texts,
      interval: Type.String(),
      scrapeTimeout: Type.String(),
      relabelings: anythings,
      metricRelabelings: anythings,
    }),
    prometheusRule: known({ enabled: switched, labels: texts, matchers: Type.String() }),
    dashboard: known({ enabled: switched, labels: texts, annotations: texts }),
  }),
  verification: known({
    // Of whole minutes, so that it is never less than one. What else `serve` would take is not worth a Pod that fails.
    interval: Type.String({ pattern: "^([1-9][0-9]{0,5}h)?([1-9][0-9]{0,5}m)?$" }),
    caBundle: Type.String(),
    insecureHosts: Type.Array(Type.String({ pattern: "^[^/?#@\\s]+$" })),
  }),
  podLabels: texts,
  podAnnotations: texts,
  resources: anything,
  podSecurityContext: anything,
  securityContext: anything,
  startupProbe: anything,
  livenessProbe: anything,
  readinessProbe: anything,
  terminationGracePeriodSeconds: Type.Integer({ minimum: 0 }),
  updateStrategy: anything,
  podDisruptionBudget: known({ enabled: switched, minAvailable: podCount, maxUnavailable: podCount }),
  topologySpreadConstraints: Type.Array(withKeys("topologyKey", "whenUnsatisfiable")),
  affinity: anything,
  nodeSelector: texts,
  tolerations: anythings,
  priorityClassName: Type.String(),
  hostNetwork: switched,
  networkPolicy: known({ enabled: switched, egress: anythings }),
  extraObjects: Type.Array(Type.Unsafe<object>({ type: ["object", "string"] })),
});
