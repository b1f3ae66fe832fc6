import t from "tap";
import { WEBHOOK_NAME } from "../../src/adapters/kube/kube-trusted-bundle.ts";
import { INJECT_KEY } from "../../src/core/policy/opt-out.ts";
import { readValues, render } from "./lib/render.ts";

const KIND = "MutatingWebhookConfiguration";
const OPT_OUT = { key: INJECT_KEY, operator: "NotIn", values: ["false"] };

t.test("Pods are looked at when they are created, but those of kube-system and its own", async (t) => {
  const configuration = render().find(KIND);
  t.equal(configuration.metadata.name, "pullcred");
  t.equal(configuration.metadata.annotations, undefined);
  t.same(configuration.webhooks, [
    {
      name: WEBHOOK_NAME,
      admissionReviewVersions: ["v1"],
      sideEffects: "NoneOnDryRun",
      reinvocationPolicy: "IfNeeded",
      matchPolicy: "Equivalent",
      failurePolicy: "Ignore",
      timeoutSeconds: 5,
      rules: [
        {
          apiGroups: [""],
          apiVersions: ["v1"],
          operations: ["CREATE"],
          resources: ["pods"],
          scope: "Namespaced",
        },
      ],
      namespaceSelector: {
        matchExpressions: [
          {
            key: "kubernetes.io/metadata.name",
            operator: "NotIn",
            values: ["kube-system", "pullcred-system"],
          },
          OPT_OUT,
        ],
      },
      objectSelector: { matchExpressions: [OPT_OUT] },
      clientConfig: {
        service: { name: "pullcred", namespace: "pullcred-system", path: "/mutate", port: 443 },
      },
    },
  ]);
});

t.test("what the values add stands beside that, and takes nothing of it away", async (t) => {
  const values = readValues("ci/strict-values.yaml");
  const { metadata, webhooks } = render(values).find(KIND);
  t.same(metadata.annotations, { "example.com/reviewed": "true" });
  t.match(webhooks[0], {
    failurePolicy: "Fail",
    timeoutSeconds: 3,
    matchConditions: [
      { name: "not-by-the-scheduler", expression: "request.userInfo.username != 'system:kube-scheduler'" },
    ],
  });
  t.same(webhooks[0].namespaceSelector, {
    matchLabels: { tier: "app" },
    matchExpressions: [
      {
        key: "kubernetes.io/metadata.name",
        operator: "NotIn",
        values: ["kube-system", "pullcred-system", "kube-node-lease"],
      },
      OPT_OUT,
      { key: "example.com/legacy", operator: "DoesNotExist" },
    ],
  });
  t.same(webhooks[0].objectSelector, {
    matchLabels: { "example.com/managed": "true" },
    matchExpressions: [OPT_OUT],
  });
});

t.test("its own namespace and kube-system stay out whatever the values say, once", async (t) => {
  for (const [namespace, excludedNamespaces, expected] of [
    ["kube-system", [], ["kube-system"]],
    ["kube-system", ["kube-system"], ["kube-system"]],
    ["pullcred", ["calico-system"], ["kube-system", "pullcred", "calico-system"]],
  ] as const) {
    const chart = render({ webhook: { excludedNamespaces }, repair: { enabled: true } }, { namespace });
    const { args } = chart.find("Deployment").spec.template.spec.containers[0];
    const flag = "--repair-exclude-namespace=";
    t.same(
      args.filter((arg: string) => arg.startsWith(flag)),
      expected.map((name) => flag + name),
      "nor are their Pods repaired",
    );
    t.same(chart.find(KIND).webhooks[0].namespaceSelector.matchExpressions[0].values, expected);
  }
});

t.test("the webhook leads to the Service, and that to the container's port", async (t) => {
  for (const port of [8443, 9443]) {
    const chart = render({ webhook: { port } });
    const { service } = chart.find(KIND).webhooks[0].clientConfig;
    const [target] = chart.find("Service", service.name, service.namespace).spec.ports;
    t.same(target, { name: "https", port: service.port, targetPort: "webhook" });
    const [container] = chart.find("Deployment").spec.template.spec.containers;
    t.same(container.ports[0], { name: "webhook", containerPort: port });
    t.ok(container.args.includes(`--listen=:${port}`));
  }
});
