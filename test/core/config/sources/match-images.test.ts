import t from "tap";
import { azureMatchImages } from "../../../../src/core/config/sources/azure-match-images.ts";
import { garMatchImages } from "../../../../src/core/config/sources/gar-match-images.ts";

t.test("the hosts of Google's registries follow from their locations", async (t) => {
  t.same(garMatchImages({ locations: ["europe-west3", "europe"] }), [
    "europe-west3-docker.pkg.dev",
    "docker.europe-west3.rep.pkg.dev",
    "europe-docker.pkg.dev",
  ]);
  t.same(garMatchImages({}), ["*-docker.pkg.dev", "docker.*.rep.pkg.dev", "gcr.io", "*.gcr.io"]);
});

t.test("a registry of Azure has its login server, in every cloud", async (t) => {
  for (const registry of ["acme.azurecr.io", "acme.azurecr.cn", "acme-f3a1b2c3.azurecr.us"]) {
    t.same(azureMatchImages({ registry }), [registry]);
  }
});
