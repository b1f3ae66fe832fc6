/** ImageVolume is on by default from here on. (kubernetes, pkg/features/kube_features.go) */
const FIRST_MINOR = 35;

/** Whether a kubelet of this version, for example `v1.36.2-gke.100`, mounts image volumes unless somebody switched that off. */
export function supportsImageVolumes(version: string): boolean {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return false;
  return Number(major) > 1 || Number(minor) >= FIRST_MINOR;
}
