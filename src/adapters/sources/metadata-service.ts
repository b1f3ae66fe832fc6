import { ErrorCode, PullcredError } from "../../core/error.ts";
import type { SendHttp } from "../http/send-http.ts";

/** A way to a node's metadata service. Where that cannot be reached, the error says what `explain` makes of the reason. */
export function toMetadataService(send: SendHttp, explain: (reason: string) => string): SendHttp {
  return async (build, signal) => {
    try {
      return await send(build, signal);
    } catch (cause) {
      if (!(cause instanceof PullcredError)) throw cause;
      throw new PullcredError(ErrorCode.SourceFailed, explain(cause.message), { cause });
    }
  };
}
