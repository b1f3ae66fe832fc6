import t from "tap";
import { placeOf, visitImages } from "../../../src/core/pod/pod-images.ts";
import { pod } from "../../builders/pod.ts";

function listImages(spec: Parameters<typeof visitImages>[0]): readonly string[] {
  const found: string[] = [];
  visitImages(spec, (image, list, index) => found.push(`${placeOf(list, index)} ${image}`));
  return found;
}

t.test("all four places are visited, with their place", async (t) => {
  const { spec } = pod({
    images: ["a", "b"],
    initImages: ["c"],
    ephemeralImages: ["d"],
    volumeImages: ["e"],
  });
  t.same(listImages(spec), [
    "spec.containers[0].image a",
    "spec.containers[1].image b",
    "spec.initContainers[0].image c",
    "spec.ephemeralContainers[0].image d",
    "spec.volumes[0].image.reference e",
  ]);
});

t.test("absent, null and empty images are passed over, and so is an RBD image", async (t) => {
  const spec = {
    containers: [{}, { image: null }, { image: "" }],
    initContainers: null,
    volumes: [{ image: null }, { image: {} }, { rbd: { image: "disk" } }],
  };
  t.same(listImages(spec), []);
});
