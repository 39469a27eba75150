import { eachWay } from "./sending.ts";
import { prepareGo } from "./prepare.ts";

eachWay(
  () => prepareGo("go"),
  ["http none", "http gzip", "grpc none", "grpc gzip"],
  async (go, way, { server, session }) => {
    const [protocol = "", compression = ""] = way.split(" ");
    const { host } = new URL(protocol === "http" ? server.url : server.grpc);
    await go.run(protocol, host, session, compression);
  },
  "go-agent",
);
