// A gateway of another make on 127.0.0.1: `node gateway.mjs apollo|hive|hive-rust SUPERGRAPH PORT`.
// Prints "ready" once it answers. The client's headers named in FORWARDED go on to the subgraphs.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const FORWARDED = ["x-clipgraph-viewer"];
const [kind, supergraphFile, port] = process.argv.slice(2);
const supergraph = readFileSync(supergraphFile, "utf8");

const handler = kind === "apollo" ? await apollo() : await hive(kind === "hive-rust");
createServer(handler).listen(Number(port), "127.0.0.1", () => console.log("ready"));

async function hive(rust) {
  const { createGatewayRuntime } = await import("@graphql-hive/gateway-runtime");
  const options = rust ? await import("@graphql-hive/router-runtime") : {};
  return createGatewayRuntime({
    supergraph,
    logging: false,
    maskedErrors: false,
    landingPage: false,
    graphiql: false,
    healthCheckEndpoint: "/health/live",
    propagateHeaders: {
      fromClientToSubgraphs({ request }) {
        return Object.fromEntries(FORWARDED.map((name) => [name, request.headers.get(name)]).filter(([, value]) => value));
      },
    },
    ...(rust ? { unifiedGraphHandler: options.unifiedGraphHandler } : {}),
  });
}

async function apollo() {
  const { ApolloGateway, RemoteGraphQLDataSource } = await import("@apollo/gateway");
  const { parse, validate, print } = await import("graphql");
  const gateway = new ApolloGateway({
    supergraphSdl: supergraph,
    buildService: ({ url }) =>
      new RemoteGraphQLDataSource({
        url,
        willSendRequest({ request, context }) {
          for (const [name, value] of Object.entries(context.headers ?? {})) request.http.headers.set(name, value);
        },
      }),
  });
  const { schema, executor } = await gateway.load();
  return async (request, response) => {
    const { query, variables, operationName } = await readJson(request);
    const document = parse(query);
    const errors = validate(schema, document);
    const headers = Object.fromEntries(FORWARDED.map((name) => [name, request.headers[name]]).filter(([, value]) => value));
    const operation = document.definitions.find(
      (node) => node.kind === "OperationDefinition" && (!operationName || node.name?.value === operationName),
    );
    const answer = errors.length
      ? { errors }
      : await executor({
          request: { query, operationName, variables: variables ?? {} },
          operationName: operationName ?? null,
          document,
          operation,
          queryHash: print(document),
          context: { headers },
          overallCachePolicy: { maxAge: undefined, scope: undefined },
          metrics: {},
          cache: new Map(),
          schema,
          logger: console,
        });
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ data: answer.data, errors: answer.errors }));
  };
}

async function readJson(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}
