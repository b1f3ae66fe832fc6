import { Verdict } from "../verify/verdict.ts";
import { formatDistance, formatDuration } from "./format-time.ts";
import type { MappingStatus, StatusReport } from "./status-report.ts";

/** Something that a person should look at. A `problem` keeps Pods from pulling, or soon will; a `notice` may. */
export type Attention = {
  readonly level: "problem" | "notice";
  readonly text: string;
  /** The mapping that it is about; null where it is about the whole. */
  readonly mapping: string | null;
};

/** The same limits as those of the chart's alerts. */
const CERTIFICATE_MS = 7 * 24 * 60 * 60 * 1_000;
/** A watch is begun anew after this time. */
export const LONGEST_SILENCE_SECONDS = 150;

/** What needs attention, problems first. */
export function findAttention(report: StatusReport): readonly Attention[] {
  const { at, mappings } = report;
  const all = [...judgeReplica(report), ...mappings.items.flatMap((mapping) => judgeMapping(mapping, at))];
  const ofLevel = (level: Attention["level"]): readonly Attention[] =>
    all.filter((attention) => attention.level === level);
  return [...ofLevel("problem"), ...ofLevel("notice")];
}

/** What of a mapping needs attention. */
export function judgeMapping({ name, origin, copies }: MappingStatus, now: number): readonly Attention[] {
  const of = (level: Attention["level"], text: string): Attention => ({ level, text, mapping: name });
  const found: Attention[] = [];
  if (origin.state === "missing") found.push(of("problem", "there is no credential yet"));
  if (origin.state === "broken") found.push(of("problem", "the credential is refused"));
  if (origin.state === "foreign")
    found.push(of("problem", "a Secret that is not pullcred's stands where its source should write"));
  if (origin.state === "kept")
    found.push(of("notice", "a new credential is refused, the last good one stays"));
  if (origin.expiresAt !== null && origin.expiresAt <= now)
    found.push(of("problem", `the credential expired ${formatDistance(origin.expiresAt, now)}`));
  if (origin.verification?.verdict === Verdict.WrongCredentials)
    found.push(of("problem", "a registry refuses the credential"));
  if (origin.refreshProblem !== null) found.push(of("notice", "the credential could not be refreshed"));
  if (copies.foreign > 0)
    found.push(of("notice", count(copies.foreign, "Secret is not pullcred's", "Secrets are not pullcred's")));
  if (copies.missing > 0)
    found.push(of("notice", count(copies.missing, "copy does not stand yet", "copies do not stand yet")));
  if (copies.stale > 0) found.push(of("notice", count(copies.stale, "copy is behind", "copies are behind")));
  return found;
}

function judgeReplica(report: StatusReport): readonly Attention[] {
  const { at, replica, config, certificate, leadership, watches } = report;
  const found: Attention[] = [];
  const add = (level: Attention["level"], text: string): void =>
    void found.push({ level, text, mapping: null });
  if (replica.problem !== null) add("problem", `This replica is not ready: ${replica.problem}`);
  if (report.mappings.items.length === 0) add("notice", "There is no mapping: no Pod gets a pull secret");
  if (config.refused !== null)
    add("problem", "The configuration on disk is refused; the last good one stays in force");
  if (certificate !== null && certificate.expiresAt - at < CERTIFICATE_MS) {
    const verb = certificate.expiresAt > at ? "ends" : "ended";
    add("problem", `The certificate ${verb} ${formatDistance(certificate.expiresAt, at)}`);
  }
  // A replica that starts has not looked yet.
  if (leadership.lease !== null && leadership.holder === null && replica.problem === null)
    add("problem", `Nobody is seen to hold Lease ${leadership.lease}: the copies are not kept right`);
  for (const { resource, seconds, unsynced } of watches) {
    if (unsynced > 0 && replica.problem === null)
      add("problem", `Not all that is needed of ${resource} could be listed: the log says why`);
    if (seconds > LONGEST_SILENCE_SECONDS)
      add(
        "problem",
        `The API server was not heard of for ${formatDuration(seconds * 1_000)}, by ${resource}`,
      );
  }
  return found;
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
