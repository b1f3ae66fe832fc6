/** The versions of the API between kubelet and its credential providers, which differ in nothing but their name. */
export const API_VERSIONS = [
  "credentialprovider.kubelet.k8s.io/v1",
  "credentialprovider.kubelet.k8s.io/v1beta1",
  "credentialprovider.kubelet.k8s.io/v1alpha1",
] as const;

export type ApiVersion = (typeof API_VERSIONS)[number];

/** Whether a value is one of them. */
export function isApiVersion(value: unknown): value is ApiVersion {
  return API_VERSIONS.some((version) => version === value);
}
