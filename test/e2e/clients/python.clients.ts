import { eachWay } from "./sending.ts";
import { preparePython } from "./prepare.ts";

eachWay(
  preparePython,
  ["http none", "http gzip", "grpc none", "grpc gzip"],
  async (python, way, { server, session }) => {
    const [protocol = "", compression = ""] = way.split(" ");
    const endpoint = protocol === "http" ? server.url : new URL(server.grpc).host;
    await python.run(protocol, endpoint, session, compression);
  },
  "python-agent",
);
