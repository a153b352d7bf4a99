// A gateway of another make on 127.0.0.1: `node gateway.mjs apollo|hive|hive-rust SUPERGRAPH PORT`.
// As its makers would run it in one process: Apollo Gateway remembers parsed and validated documents, as Apollo Server
// does for it; nothing is logged, and there is no page.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const [kind, supergraphFile, port] = process.argv.slice(2);
const supergraph = readFileSync(supergraphFile, "utf8");
const handler = kind === "apollo" ? await apollo() : await hive(kind === "hive-rust");
createServer(handler).listen(Number(port), "127.0.0.1");

async function hive(rust) {
  const { createGatewayRuntime } = await import("@graphql-hive/gateway-runtime");
  const options = rust ? await import("@graphql-hive/router-runtime") : {};
  return createGatewayRuntime({
    supergraph,
    logging: false,
    landingPage: false,
    graphiql: false,
    ...(rust ? { unifiedGraphHandler: options.unifiedGraphHandler } : {}),
  });
}

async function apollo() {
  const { ApolloGateway } = await import("@apollo/gateway");
  const { parse, validate } = await import("graphql");
  const { createHash } = await import("node:crypto");
  const { schema, executor } = await new ApolloGateway({ supergraphSdl: supergraph }).load();
  const documents = new Map();

  function prepare(query) {
    const known = documents.get(query);
    if (known) return known;
    const document = parse(query);
    const errors = validate(schema, document);
    const operation = document.definitions.find((node) => node.kind === "OperationDefinition");
    const prepared = { document, operation, errors, queryHash: createHash("sha256").update(query).digest("hex") };
    documents.set(query, prepared);
    return prepared;
  }

  return async (request, response) => {
    const { query, variables, operationName } = await readJson(request);
    const { document, operation, errors, queryHash } = prepare(query);
    const answer = errors.length
      ? { errors }
      : await executor({
          request: { query, operationName, variables: variables ?? {} },
          operationName: operationName ?? null,
          document,
          operation,
          queryHash,
          context: {},
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
