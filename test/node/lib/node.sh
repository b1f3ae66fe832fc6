# The first process of a node, in a mount and a PID namespace of its own: whatever is mounted and started here ends with
# it. The state of containerd and kubelet is where it is on every node, and hides the machine's.
set -eu
folder=$1
shift

mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/lib
mount --bind "$folder/log" /var/log

containerd --config "$folder/containerd.toml" &
until ctr version >/dev/null 2>&1; do sleep 0.1; done
ctr --namespace k8s.io images import "$folder/pause.tar"
kubelet --config "$folder/kubelet.yaml" "$@" &
wait $!
