import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { createClient } from "graphql-ws";

// Queries and mutations go over HTTP, subscriptions over graphql-transport-ws with the same Authorization header.
export function makeFetcher({ graphqlUrl, realtimeUrl }) {
  const clients = new Map();

  function clientFor(headers) {
    const authorization = headers.authorization ?? headers.Authorization ?? "";
    if (!clients.has(authorization)) {
      for (const client of clients.values()) client.dispose();
      clients.clear();
      clients.set(
        authorization,
        createClient({ url: realtimeUrl, connectionParams: authorization ? { authorization } : {}, lazy: true }),
      );
    }
    return clients.get(authorization);
  }

  return (parameters, options) => {
    const headers = options?.headers ?? {};
    return createGraphiQLFetcher({
      url: graphqlUrl,
      wsClient: realtimeUrl ? clientFor(headers) : undefined,
    })(parameters, options);
  };
}
