import t from "tap";
import { readAwsError, readDenial } from "../../../../src/core/cloud/aws/aws-error.ts";
import { readXmlText } from "../../../../src/core/cloud/aws/xml-text.ts";

const STS = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error><Type>Sender</Type><Code>AccessDenied</Code><Message>a &lt;b&gt; &amp;amp; &#39;c&#x27;</Message></Error>
</ErrorResponse>`;

const ERRORS: readonly (readonly [string, string, { readonly code: string; readonly message: string }])[] = [
  ["JSON", '{"__type":"ServerException","message":"m"}', { code: "ServerException", message: "m" }],
  ["JSON with a capital", '{"__type":"A","Message":"m"}', { code: "A", message: "m" }],
  ["JSON with a namespace", '{"__type":"com.amazonaws.ecr#B","message":"m"}', { code: "B", message: "m" }],
  ["XML", STS, { code: "AccessDenied", message: "a <b> &amp; 'c'" }],
  ["a page", "<html><body>Forbidden</body></html>", { code: "", message: "" }],
  ["nothing", "", { code: "", message: "" }],
];
for (const [what, body, error] of ERRORS) {
  t.test(`an error in ${what}`, async (t) => t.same(readAwsError(body), error));
}

t.test("the text of an element is read as it is meant", async (t) => {
  t.equal(readXmlText("<A>x</A>", "A"), "x");
  t.equal(readXmlText("<A>\n x \n</A>", "A"), "x");
  t.equal(readXmlText("<AB>x</AB>", "A"), undefined);
  t.equal(readXmlText("</A><A>", "A"), undefined);
  t.equal(readXmlText("<A>&unknown; &#99999999;</A>", "A"), "&unknown; &#99999999;");
});

t.test("who must not do what is only read where AWS words it so", async (t) => {
  const message =
    "User: arn:aws-cn:sts::1:assumed-role/a.b/c@d is not authorized to perform: ecr-public:GetAuthorizationToken on resource: *";
  t.same(readDenial({ code: "", message }), {
    who: "arn:aws-cn:sts::1:assumed-role/a.b/c@d",
    action: "ecr-public:GetAuthorizationToken",
    policy: "",
    isDenied: false,
  });
  t.equal(readDenial({ code: "", message: "User: secret is not authorized to perform: x" }), null);
});
